/** Draws the live figures of the nodes: load ring, numbers, state, role and the reason of what is dropped. */
import type { BlameBoard } from '../core/blame';
import type { Feed } from '../core/feed';
import { formatRate } from '../core/format';
import { gaugeCells, LARGE_BELOW_ZOOM, RING_RADIUS, ringCentre } from '../core/gaugeCells';
import type { Rect } from '../core/geometry';
import type { Palette } from './palette';
import { Pile, widthOf } from './pile';
import { onScreen, type View } from './Surface';

/** From here on waiting grows steeply; from the second on there is no reserve. */
export const BUSY_RATIO = 0.7;
export const FULL_RATIO = 0.9;
/** Below this zoom numbers cannot be read and only rings and states are drawn. */
const NUMBERS_ZOOM = 0.4;
/** A badge is fully visible from here on and fades below. */
const BADGE_FULL_RPS = 0.5;
const PILL_GROWTH_MOST = 1.6;
const RUNNING = 'running';

export interface GaugeTexts {
  t: (key: string) => string;
  cause: (cause: string) => string;
}

export interface GaugeScene {
  feed: Feed;
  blame: BlameBoard;
  rects: ReadonlyMap<string, Rect>;
  palette: Palette;
  texts: GaugeTexts;
}

/** What moves all the time: the load of every node, and where the request is that somebody sent. */
export function drawRings(ctx: CanvasRenderingContext2D, view: View, scene: GaugeScene): void {
  const { feed, rects, palette } = scene;
  if (!feed.layout || !feed.frame) return;
  drawFollowed(ctx, scene);
  const { utilization_ratio, throughput_rps } = feed.smoothed.nodes;
  const shown: { x: number; y: number; ratio: number }[] = [];
  feed.layout.nodes.forEach((id, node) => {
    const rect = rects.get(id);
    const ratio = utilization_ratio[node] as number;
    if (!rect || Number.isNaN(ratio) || Number.isNaN(throughput_rps[node]) || !onScreen(view, rect)) return;
    shown.push({ ...ringCentre(rect), ratio });
  });
  ctx.lineWidth = 4;
  ctx.lineCap = 'butt';
  arcs(ctx, shown, palette.track, () => 1);
  // One path for each colour: every stroke of its own costs as much as many arcs.
  for (const colour of [palette.calm, palette.busy, palette.full]) {
    const those = shown.filter(({ ratio }) => loadColour(ratio, palette) === colour);
    arcs(ctx, those, colour, (ratio) => Math.min(1, Math.max(0, ratio)));
  }
}

function arcs(
  ctx: CanvasRenderingContext2D,
  rings: readonly { x: number; y: number; ratio: number }[],
  colour: string,
  share: (ratio: number) => number,
): void {
  const radius = RING_RADIUS - 2.5;
  ctx.strokeStyle = colour;
  ctx.beginPath();
  for (const { x, y, ratio } of rings) {
    ctx.moveTo(x, y - radius);
    ctx.arc(x, y, radius, -Math.PI / 2, (2 * share(ratio) - 0.5) * Math.PI);
  }
  ctx.stroke();
}

/** What is read: numbers, states and the reason of what is dropped. */
export function drawFigures(ctx: CanvasRenderingContext2D, view: View, scene: GaugeScene): void {
  const { feed, rects } = scene;
  const { layout, frame } = feed;
  if (!layout || !frame) return;
  ctx.textBaseline = 'middle';
  const shown: { id: string; node: number; rect: Rect }[] = [];
  layout.nodes.forEach((id, node) => {
    const rect = rects.get(id);
    if (rect && onScreen(view, rect)) shown.push({ id, node, rect });
  });
  if (view.zoom >= NUMBERS_ZOOM) drawNumbers(ctx, view.zoom, scene, shown);
  for (const { id, node, rect } of shown) {
    const mode = frame.nodes.mode[node];
    if (mode && view.zoom >= NUMBERS_ZOOM) drawMode(ctx, rect, mode, view.zoom, scene);
    const state = frame.nodes.state[node];
    if (state && state !== 'up') drawState(ctx, rect, state, view.zoom, scene);
    drawBlame(ctx, rect, id, view.zoom, scene);
  }
  ctx.globalAlpha = 1;
}

/** A frame around the nodes where the request that somebody sent is right now. */
function drawFollowed(ctx: CanvasRenderingContext2D, { feed, rects, palette }: GaugeScene): void {
  for (const { spans } of feed.frame?.followed ?? []) {
    spans.forEach((span, at) => {
      const deepest = !spans.some((other) => other.parent === at && other.outcome === RUNNING);
      const rect = span.outcome === RUNNING && deepest ? rects.get(span.node_id ?? '') : undefined;
      if (!rect) return;
      ctx.beginPath();
      ctx.roundRect(rect.x - 5, rect.y - 5, rect.w + 10, rect.h + 10, 13);
      ctx.lineWidth = 3;
      ctx.strokeStyle = palette.followed;
      ctx.stroke();
    });
  }
}

/** Where the badge of what a node drops can be pointed at, in flow coordinates. */
export function badgeAt(rect: Rect, zoom: number): Rect {
  const scale = Math.min(PILL_GROWTH_MOST, Math.max(1, 0.85 / zoom));
  return { x: rect.x, y: rect.y + rect.h + 5 - 10 * scale, w: rect.w, h: 20 * scale };
}

export function loadColour(ratio: number, palette: Palette): string {
  if (ratio >= FULL_RATIO) return palette.full;
  return ratio >= BUSY_RATIO ? palette.busy : palette.calm;
}

function drawNumbers(
  ctx: CanvasRenderingContext2D,
  zoom: number,
  { feed, palette, texts }: GaugeScene,
  shown: readonly { node: number; rect: Rect }[],
): void {
  const large = zoom < LARGE_BELOW_ZOOM;
  const size = large ? 14.5 : 11;
  const inRing = large ? 13 : 11;
  const labels = new Pile(`${size - 1}px ${palette.font}`, palette.muted, 'left');
  const values = new Pile(`600 ${size}px ${palette.font}`, palette.text, 'left');
  const loads = new Pile(`600 ${inRing}px ${palette.font}`, palette.text, 'center');
  const fullLoads = new Pile(`600 ${inRing - 2}px ${palette.font}`, palette.text, 'center');
  for (const { node, rect } of shown) {
    for (const { ring, label, text, rect: cell } of gaugeCells(feed, node, rect, zoom)) {
      const y = cell.y + cell.h / 2;
      if (ring) {
        (text.length > 2 ? fullLoads : loads).add(text, cell.x + cell.w / 2, y + 0.5);
        continue;
      }
      let x = cell.x;
      if (label) {
        const word = texts.t(label);
        labels.add(word, x, y);
        x += labels.widthOf(ctx, word) + 3.5;
      }
      values.add(text, x, y);
    }
  }
  for (const pile of [labels, values, loads, fullLoads]) pile.draw(ctx);
}

interface PillLook {
  fill: string;
  ink: string;
  outline?: string;
}

/** A rounded label at, around or before a point; returns its width. */
export function drawPill(
  ctx: CanvasRenderingContext2D,
  text: string,
  place: { x: number; y: number; align: 'center' | 'left' | 'right'; zoom: number },
  look: PillLook,
  font: string,
): number {
  // Grows on a canvas zoomed out, so that it can still be read.
  const scale = Math.min(PILL_GROWTH_MOST, Math.max(1, 0.85 / place.zoom));
  const written = `600 ${10.5 * scale}px ${font}`;
  const width = widthOf(ctx, written, text) + 14 * scale;
  const left = place.x - width * { left: 0, center: 0.5, right: 1 }[place.align];
  ctx.beginPath();
  ctx.roundRect(left, place.y - 9 * scale, width, 18 * scale, 9 * scale);
  ctx.fillStyle = look.fill;
  ctx.fill();
  if (look.outline) {
    ctx.lineWidth = 1;
    ctx.strokeStyle = look.outline;
    ctx.stroke();
  }
  ctx.font = written;
  ctx.fillStyle = look.ink;
  ctx.textAlign = 'center';
  ctx.fillText(text, left + width / 2, place.y + 0.5);
  return width;
}

function drawMode(
  ctx: CanvasRenderingContext2D,
  rect: Rect,
  mode: string,
  zoom: number,
  scene: GaugeScene,
): void {
  const { palette, texts } = scene;
  const primary = mode === 'primary';
  const look = primary
    ? { fill: palette.mode, ink: palette.onStrong }
    : { fill: palette.surface, ink: palette.mode, outline: palette.mode };
  const place = { x: rect.x + rect.w + 6, y: rect.y, align: 'right' as const, zoom };
  drawPill(ctx, texts.t(`live.mode.${mode}`), place, look, palette.font);
}

const STATE_SIGN: Record<string, string> = { crashed: '✕', hung: '❚❚', slow: '≪', shard_down: '◔' };

function drawState(
  ctx: CanvasRenderingContext2D,
  rect: Rect,
  state: string,
  zoom: number,
  scene: GaugeScene,
): void {
  const { palette, texts } = scene;
  const dead = state === 'crashed';
  ctx.beginPath();
  ctx.roundRect(rect.x - 1, rect.y - 1, rect.w + 2, rect.h + 2, 10);
  ctx.lineWidth = 2.5;
  ctx.setLineDash(dead ? [] : [6, 4]);
  ctx.strokeStyle = dead ? palette.full : palette.busy;
  ctx.stroke();
  ctx.setLineDash([]);
  const look = { fill: dead ? palette.full : palette.busy, ink: palette.onStrong };
  const text = `${STATE_SIGN[state] ?? '!'} ${texts.t(`live.state.${state}`)}`;
  drawPill(ctx, text, { x: rect.x - 8, y: rect.y, align: 'left', zoom }, look, palette.font);
}

function drawBlame(
  ctx: CanvasRenderingContext2D,
  rect: Rect,
  id: string,
  zoom: number,
  scene: GaugeScene,
): void {
  const blame = scene.blame.of(id);
  if (!blame) return;
  const { palette, texts } = scene;
  ctx.globalAlpha = Math.min(1, blame.rate_rps / BADGE_FULL_RPS);
  const text = `✕ ${texts.cause(blame.cause)} ${formatRate(blame.rate_rps)}`;
  const look = { fill: palette.surface, ink: palette.failed, outline: palette.failed };
  const place = { x: rect.x + rect.w / 2, y: rect.y + rect.h + 5, align: 'center' as const, zoom };
  drawPill(ctx, text, place, look, palette.font);
  ctx.globalAlpha = 1;
}
