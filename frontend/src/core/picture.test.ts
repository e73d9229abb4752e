import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import '../exchange/texts';
import type { ScenarioDocument } from './document';
import { Feed } from './feed';
import { makeFrame } from './fixtures';
import { t, tr } from './i18n';
import { drawPicture, type PictureOptions } from './picture';
import { DARK, LIGHT } from './pictureLook';
import { escaped, fitted, textWidth } from './svgText';
import { CATALOG, waterworks } from './testCatalog';

const TEXTS = { t, tr };
const PLAIN: PictureOptions = { dark: false, title: true, feed: null };

function named(names: string[]): ScenarioDocument {
  const document = waterworks();
  return {
    ...document,
    nodes: document.nodes.map((node, at) => ({ ...node, name: names[at] ?? node.name })),
  };
}

function drawn(document: ScenarioDocument, options: Partial<PictureOptions> = {}) {
  const icons = new Map(document.nodes.map((node) => [node.kind, '<path d="M0 0h1"/>']));
  return drawPicture(document, CATALOG, icons, TEXTS, { ...PLAIN, ...options });
}

function parsed(svg: string): Document {
  const xml = new DOMParser().parseFromString(svg, 'image/svg+xml');
  expect(xml.querySelector('parsererror')).toBeNull();
  return xml;
}

function running(document: ScenarioDocument): Feed {
  const feed = new Feed(() => 0);
  const nodes = document.nodes.map((node) => node.id);
  feed.setLayout({
    version: 1,
    nodes,
    edges: document.edges.map((edge) => edge.id),
    classes: [],
    regions: [],
  });
  const some = <T>(value: T) => nodes.map(() => value);
  feed.push(
    makeFrame({
      now_s: 72.3,
      nodes: {
        throughput_rps: some(123),
        utilization_ratio: some(0.95),
        queue_length: some(7),
        latency_p99_s: some(0.04),
        state: nodes.map((_, at) => (at === 0 ? 'crashed' : 'up')),
      },
      edges: { rate_rps: document.edges.map(() => 456), failed_rps: document.edges.map(() => 0) },
    }),
  );
  return feed;
}

describe('a picture of the drawing', () => {
  it('has every component, connection and group, and is the same every time', () => {
    const document = waterworks();
    const { svg } = drawn(document);
    const words = [...parsed(svg).querySelectorAll('text')].map((text) => text.textContent);
    for (const node of document.nodes) expect(words).toContain(node.name);
    expect(words).toContain(document.name || t('scenario.untitled'));
    expect(svg.match(/<use /g)).toHaveLength(document.nodes.length);
    expect(svg.match(/ C[-\d.]+,/g)).toHaveLength(document.edges.length);
    expect(drawn(waterworks()).svg).toBe(svg);
  });

  it('holds names of any sort as text', () => {
    const names = ['<script>alert("1")</script>', '주문 & 결제 "서버"'];
    const xml = parsed(drawn(named(names)).svg);
    expect(xml.querySelector('script')).toBeNull();
    expect([...xml.querySelectorAll('text')].map((text) => text.textContent)).toContain(names[1]);
    parsed(drawn(named(['\u0000\u0007\ud800x'])).svg);
  });

  it('is as large as what is drawn', () => {
    const far = waterworks();
    const nodes = far.nodes.map((node, at) => ({ ...node, x: at * 5000 - 2000, y: at * 300 }));
    const picture = drawn({ ...far, nodes });
    for (const node of nodes) {
      expect(node.x).toBeGreaterThan(picture.x);
      expect(node.x + 184).toBeLessThan(picture.x + picture.width);
      expect(node.y + 104).toBeLessThan(picture.y + picture.height);
    }
    expect(drawn({ ...far, nodes: [], edges: [] }).width).toBeGreaterThan(0);
  });

  it('shows a moment of a run when asked to', () => {
    const document = waterworks();
    const live = drawn(document, { feed: running(document) }).svg;
    parsed(live);
    for (const shown of ['123/s', '456/s', '1:12.3', LIGHT.danger, t('live.state.crashed')]) {
      expect(live).toContain(shown);
    }
    expect(drawn(document).svg).not.toContain('123/s');
  });

  it('comes in two layers, between which something may move', () => {
    const document = waterworks();
    const under = drawn(document, { layer: 'under' });
    const over = drawn(document, { layer: 'over' });
    expect([over.x, over.y, over.width, over.height]).toEqual([under.x, under.y, under.width, under.height]);
    expect(under.svg).not.toContain('<use ');
    expect(over.svg).not.toContain(LIGHT.canvas);
  });

  it('is dark when asked to', () => {
    expect(drawn(waterworks(), { dark: true }).svg).toContain(DARK.canvas);
  });
});

describe('the look of pictures', () => {
  it('is that of the page', () => {
    const styles = ['styles/tokens.css', 'live/live.css', 'charts/charts.css'].map((file) =>
      readFileSync(`src/${file}`, 'utf-8'),
    );
    const page = new Set(styles.join('').match(/#[0-9a-f]{6}/g));
    for (const look of [LIGHT, DARK]) {
      for (const colour of Object.values(look).flat()) expect(page).toContain(colour);
    }
  });
});

describe('text in pictures', () => {
  it('is cut to the room there is', () => {
    expect(fitted('short', 100, 10)).toBe('short');
    const cut = fitted('데이터베이스 복제본 여러 대', 60, 12);
    expect(cut.endsWith('…')).toBe(true);
    expect(textWidth(cut) * 12).toBeLessThanOrEqual(60);
    expect(escaped('<&">')).toBe('&lt;&amp;&quot;&gt;');
  });
});
