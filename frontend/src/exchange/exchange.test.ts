import { describe, expect, it } from 'vitest';
import { applyChanges } from '../core/changes';
import type { ScenarioDocument } from '../core/document';
import { Feed } from '../core/feed';
import { makeFrame, makeLayout } from '../core/fixtures';
import { t, tr } from '../core/i18n';
import { CATALOG, waterworks } from '../core/testCatalog';
import './texts';
import { additions } from './bringIn';
import { chartSvg } from './chartSvg';
import { csvOf } from './csv';
import { fileName } from './files';
import { reportHtml } from './report';

function ran(frames: number, cause = 'timed_out'): Feed {
  const feed = new Feed(() => 0);
  feed.setLayout(makeLayout());
  for (let at = 1; at <= frames; at++) {
    const failed = at > 10 ? { failed_rps: 5, failed_by_cause: { [cause]: 5 } } : {};
    const events =
      at === 11 ? [{ at_s: 1.1, kind: 'fault', node_id: 'a', message: 'It <b>broke</b>', values: {} }] : [];
    feed.push(
      makeFrame({ now_s: at / 10, totals: { throughput_rps: at, ...failed }, events } as Parameters<
        typeof makeFrame
      >[0]),
    );
  }
  return feed;
}

function abc(): ScenarioDocument {
  const document = waterworks();
  const ids = ['a', 'b', 'c'];
  return {
    ...document,
    nodes: document.nodes.slice(0, 3).map((node, at) => ({ ...node, id: ids[at] as string })),
    edges: [],
  };
}

/** RFC 4180, read back. */
function cells(csv: string): string[][] {
  return csv
    .replace('\ufeff', '')
    .trimEnd()
    .split('\r\n')
    .map((line) =>
      [...line.matchAll(/"((?:[^"]|"")*)"|([^,]*)(?:,|$)/g)].map((m) =>
        (m[1] ?? m[2] ?? '').replaceAll('""', '"'),
      ),
    );
}

describe('figures as a table', () => {
  it('have units, one row for each second, and Korean that spreadsheets can read', () => {
    const document = { ...abc(), name: 'x' };
    const first = document.nodes[0];
    if (first) document.nodes[0] = { ...first, name: '=서버 "1"' };
    const csv = csvOf(ran(30), document, 'second', t);
    expect(csv.startsWith('\ufeff')).toBe(true);
    const lines = csv.slice(1).trimEnd().split('\r\n');
    expect(lines).toHaveLength(1 + 3);
    expect(lines[0]).toContain('"throughput [1/s]"');
    expect(lines[0]).toContain('"failed: timed_out [1/s]"');
    expect(lines[0]).toContain(`"'=서버 ""1"": ${t('live.channel.throughput_rps')} [1/s]"`);
    const width = (lines[0] as string).split('","').length;
    for (const line of lines.slice(1)) expect(line.split(',')).toHaveLength(width);
    // Mean of the frames 1 to 10, 11 to 20, and 21 to 30.
    const at = (cells(csv)[0] as string[]).filter(Boolean).indexOf('throughput [1/s]');
    expect(lines.slice(1).map((line) => line.split(',')[at])).toEqual(['5.5', '15.5', '25.5']);
    expect(lines[1]?.split(',')[0]).toBe('1');
  });

  it('have one row for each frame when asked to', () => {
    const lines = csvOf(ran(30), abc(), 'frame', t).trimEnd().split('\r\n');
    expect(lines).toHaveLength(31);
    expect(lines[12]?.split(',')[0]).toBe('1.2');
  });
});

describe('a chart on paper', () => {
  it('keeps gaps, has ticks with units and a mark where something happened', () => {
    const svg = chartSvg({
      title: 'A <chart>',
      at_s: [0, 1, 2, 3],
      lines: [{ label: 'one', values: [1, null, 30, 40] }],
      format: (value) => `${value} ms`,
      marks: [1.5, 99],
    });
    const xml = new DOMParser().parseFromString(svg, 'image/svg+xml');
    expect(xml.querySelector('parsererror')).toBeNull();
    expect(svg).toContain('50 ms');
    expect(svg.match(/stroke-dasharray="2 3"/g)).toHaveLength(1);
    const path = [...xml.querySelectorAll('path')].at(-1)?.getAttribute('d') ?? '';
    expect(path.match(/M/g)).toHaveLength(2);
  });
});

describe('the report', () => {
  const source = (feed: Feed, language: 'en' | 'ko' = 'en') => ({
    document: { ...abc(), name: 'Pumps & <valves>', notes: 'Watch <this>' },
    catalog: CATALOG,
    feed,
    run: null,
    analysis: null,
    diagnostics: [],
    svg: '<svg xmlns="http://www.w3.org/2000/svg"></svg>',
    language,
    texts: { t, tr },
  });

  it('says what ran, what failed, what happened, and how to see it again', () => {
    const html = reportHtml(source(ran(31)));
    const page = new DOMParser().parseFromString(html, 'text/html');
    const text = page.body.textContent ?? '';
    expect(text).toContain('Pumps & <valves>');
    expect(text).toContain('It <b>broke</b>');
    expect(text).toContain('16/s');
    expect(text).toContain('0:01.1');
    expect(text).toContain(t('exchange.report.reproduce_until', { until: '0:03.1' }));
    expect(page.querySelectorAll('.charts svg').length).toBeGreaterThanOrEqual(2);
  });

  it('runs nothing and fetches nothing', () => {
    const html = reportHtml(source(ran(31)));
    const page = new DOMParser().parseFromString(html, 'text/html');
    expect(page.querySelectorAll('script, link, iframe, img, b').length).toBe(0);
    expect(html).not.toMatch(/\son\w+=/);
    expect(html).not.toMatch(/(?:src|href)="http/);
  });

  it('is whole without a run', () => {
    expect(reportHtml(source(new Feed()))).toContain(t('exchange.report.no_run'));
  });
});

describe('a drawing that is added to another', () => {
  it('gets identifiers and a place of its own', () => {
    const here = waterworks();
    const changes = additions(here, waterworks());
    const both = applyChanges(here, changes);
    expect(both.nodes).toHaveLength(2 * here.nodes.length);
    expect(both.edges).toHaveLength(2 * here.edges.length);
    expect(new Set(both.nodes.map((node) => node.id)).size).toBe(both.nodes.length);
    const lowest = Math.max(...here.nodes.map((node) => node.y));
    for (const node of both.nodes.slice(here.nodes.length)) expect(node.y).toBeGreaterThan(lowest + 104);
    const added = new Set(both.nodes.slice(here.nodes.length).map((node) => node.id));
    for (const edge of both.edges.slice(here.edges.length)) {
      expect(added.has(edge.source) && added.has(edge.target)).toBe(true);
    }
  });
});

describe('file names', () => {
  it('say what is inside in any script', () => {
    expect(fileName('로드 밸런서 / "캐시"', 'svg')).toBe('로드-밸런서-캐시.svg');
    expect(fileName('../..', 'png')).toBe('scenario.png');
  });
});
