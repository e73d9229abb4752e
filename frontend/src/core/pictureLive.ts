/** The figures of one moment of a run in a picture: rings, numbers, states, and what connections carry. */
import type { Catalog } from './catalog';
import type { ScenarioNode } from './document';
import type { Feed } from './feed';
import { formatRate } from './format';
import { gaugeCells, RING_RADIUS } from './gaugeCells';
import { nodeRect } from './geometry';
import { edgeWidth, type Look } from './pictureLook';
import { n, pill, text, textWidth } from './svgText';

interface Texts {
  t: (key: string, values?: Record<string, unknown>) => string;
  tr: (text: string) => string;
}

const BUSY_RATIO = 0.7;
const FULL_RATIO = 0.9;
/** A share of failures from which a connection is drawn as failing. */
const FAILING_RATIO = 0.05;
/** Flow pixels that a rate needs between two components. */
const LABEL_LENGTH = 90;
const SIGNS: Record<string, string> = { crashed: '✕', hung: '❚❚', slow: '≪' };

export function liveNode(node: ScenarioNode, catalog: Catalog, feed: Feed, texts: Texts, look: Look): string {
  const at = feed.nodeAt(node.id);
  if (at === undefined || !feed.frame) return '';
  const rect = nodeRect(node);
  const parts: string[] = [];
  for (const cell of gaugeCells(feed, at, rect, 1)) {
    if (cell.ring) {
      parts.push(ring(cell.rect.x + RING_RADIUS, cell.rect.y + RING_RADIUS, feed, at, look, cell.text));
      continue;
    }
    const y = cell.rect.y + cell.rect.h / 2 + 3.9;
    let x = cell.rect.x;
    if (cell.label) {
      const label = texts.t(cell.label);
      parts.push(text(x, y, label, { size: 10, fill: look.text3 }));
      x += textWidth(label) * 10 + 4;
    }
    parts.push(text(x, y, cell.text, { size: 11, fill: look.text, weight: 600 }));
  }
  const mode = feed.frame.nodes.mode[at];
  if (mode) {
    const strong = mode === 'primary';
    const colours = strong
      ? { fill: look.mode, ink: look.onStrong }
      : { fill: look.surface, ink: look.mode, outline: look.mode };
    parts.push(
      pill({ x: rect.x + rect.w + 6, y: rect.y, align: 'right' }, texts.t(`live.mode.${mode}`), colours),
    );
  }
  const state = feed.frame.nodes.state[at];
  if (state && state !== 'up') {
    const colour = state === 'crashed' ? look.danger : look.busy;
    const dashes = state === 'crashed' ? '' : ' stroke-dasharray="6 4"';
    parts.push(
      `<rect x="${n(rect.x - 1)}" y="${n(rect.y - 1)}" width="${n(rect.w + 2)}" height="${n(rect.h + 2)}" rx="10" fill="none" stroke="${colour}" stroke-width="2.5"${dashes}/>`,
      pill(
        { x: rect.x - 8, y: rect.y, align: 'left' },
        `${SIGNS[state] ?? '!'} ${texts.t(`live.state.${state}`)}`,
        {
          fill: colour,
          ink: look.onStrong,
        },
      ),
    );
  }
  const blame = feed.blame.of(node.id);
  if (blame) {
    const cause = texts.tr(catalog.causes[blame.cause] ?? blame.cause);
    const place = { x: rect.x + rect.w / 2, y: rect.y + rect.h + 5, align: 'center' as const };
    const colours = { fill: look.surface, ink: look.danger, outline: look.danger };
    parts.push(pill(place, `✕ ${cause} ${formatRate(blame.rate_rps)}`, colours));
  }
  return parts.length > 0 ? `<g>${parts.join('')}</g>` : '';
}

function ring(x: number, y: number, feed: Feed, at: number, look: Look, label: string): string {
  const ratio = Math.min(1, Math.max(0, feed.smoothed.nodes.utilization_ratio[at] ?? 0));
  const radius = RING_RADIUS - 2.5;
  const around = 2 * Math.PI * radius;
  const colour = ratio >= FULL_RATIO ? look.danger : ratio >= BUSY_RATIO ? look.busy : look.good;
  const place = `cx="${n(x)}" cy="${n(y)}" r="${n(radius)}" fill="none" stroke-width="4"`;
  return (
    `<circle ${place} stroke="${look.surface3}"/>` +
    `<circle ${place} stroke="${colour}" stroke-dasharray="${n(around * ratio)} ${n(around)}" transform="rotate(-90 ${n(x)} ${n(y)})"/>` +
    text(x, y + 4, label, { size: label.length > 2 ? 9 : 11, fill: look.text, weight: 600, anchor: 'middle' })
  );
}

/** What lies under a connection: as thick as its traffic, dashed where requests fail. */
export function liveEdge(id: string, path: string, feed: Feed, look: Look): string {
  const at = feed.edgeAt(id);
  if (at === undefined || !feed.frame) return '';
  const rate = feed.smoothed.edges.rate_rps[at] ?? 0;
  const width = edgeWidth(Number.isNaN(rate) ? 0 : rate);
  if (width <= 0) return '';
  const failing = (feed.smoothed.edges.failed_rps[at] ?? 0) > rate * FAILING_RATIO;
  const looks = failing
    ? `stroke="${look.danger}" stroke-opacity="0.45" stroke-dasharray="7 4"`
    : `stroke="${look.accent}" stroke-opacity="0.22"`;
  return `<path d="${path}" fill="none" stroke-width="${n(width)}" ${looks}/>`;
}

/** The rate of a connection beside its middle, where there is room. */
export function edgeLabel(id: string, path: Float32Array, feed: Feed, look: Look, texts: Texts): string {
  const at = feed.edgeAt(id);
  if (at === undefined || !feed.frame) return '';
  const parts: string[] = [];
  const state = feed.frame.edges.state[at] ?? 'up';
  if (state !== 'up') parts.push(texts.t(`live.edge_state.${state}`));
  const first = { x: path[0] as number, y: path[1] as number };
  const last = { x: path[path.length - 2] as number, y: path[path.length - 1] as number };
  if (Math.hypot(last.x - first.x, last.y - first.y) >= LABEL_LENGTH) {
    const rate = feed.smoothed.edges.rate_rps[at] ?? Number.NaN;
    if (!Number.isNaN(rate)) parts.push(formatRate(rate));
    const failed = feed.smoothed.edges.failed_rps[at] ?? 0;
    if (failed >= 0.05) parts.push(`✕ ${formatRate(failed)}`);
  }
  if (parts.length === 0) return '';
  const middle = Math.floor(path.length / 4) * 2;
  const place = { x: path[middle] as number, y: (path[middle + 1] as number) - 18, align: 'center' as const };
  return pill(place, parts.join(' · '), { fill: look.surface, ink: look.text, outline: look.line });
}
