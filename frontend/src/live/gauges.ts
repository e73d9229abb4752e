/** Draws the live figures of the nodes: load ring, numbers, state, role and the reason of what is dropped. */
import type { BlameBoard } from '../core/blame';
import type { Feed } from '../core/feed';
import { formatRate } from '../core/format';
import { type GaugeCell, gaugeCells, LARGE_BELOW_ZOOM, RING_RADIUS } from '../core/gaugeCells';
import type { Rect } from '../core/geometry';
import type { Palette } from './palette';
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

export function drawGauges(ctx: CanvasRenderingContext2D, view: View, scene: GaugeScene): void {
  const { feed, rects } = scene;
  const { layout, frame } = feed;
  if (!layout || !frame) return;
  ctx.textBaseline = 'middle';
  drawFollowed(ctx, scene);
  layout.nodes.forEach((id, node) => {
    const rect = rects.get(id);
    if (!rect || !onScreen(view, rect)) return;
    for (const cell of gaugeCells(feed, node, rect, view.zoom)) {
      if (cell.ring) drawRing(ctx, cell, feed.smoothed.nodes.utilization_ratio[node] ?? 0, view, scene);
      else if (view.zoom >= NUMBERS_ZOOM) drawNumber(ctx, cell, view.zoom, scene);
    }
    const mode = frame.nodes.mode[node];
    if (mode && view.zoom >= NUMBERS_ZOOM) drawMode(ctx, rect, mode, view.zoom, scene);
    const state = frame.nodes.state[node];
    if (state && state !== 'up') drawState(ctx, rect, state, view.zoom, scene);
    drawBlame(ctx, rect, id, view.zoom, scene);
  });
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

function drawRing(
  ctx: CanvasRenderingContext2D,
  cell: GaugeCell,
  ratio: number,
  view: View,
  { palette }: GaugeScene,
): void {
  const x = cell.rect.x + RING_RADIUS;
  const y = cell.rect.y + RING_RADIUS;
  const radius = RING_RADIUS - 2.5;
  const begin = -Math.PI / 2;
  ctx.lineWidth = 4;
  ctx.lineCap = 'butt';
  ctx.strokeStyle = palette.track;
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.stroke();
  ctx.strokeStyle = loadColour(ratio, palette);
  ctx.beginPath();
  ctx.arc(x, y, radius, begin, begin + 2 * Math.PI * Math.min(1, Math.max(0, ratio)));
  ctx.stroke();
  if (view.zoom < NUMBERS_ZOOM) return;
  ctx.fillStyle = palette.text;
  const size = view.zoom < LARGE_BELOW_ZOOM ? 13 : 11;
  ctx.font = `600 ${cell.text.length > 2 ? size - 2 : size}px ${palette.font}`;
  ctx.textAlign = 'center';
  ctx.fillText(cell.text, x, y + 0.5);
}

export function loadColour(ratio: number, palette: Palette): string {
  if (ratio >= FULL_RATIO) return palette.full;
  return ratio >= BUSY_RATIO ? palette.busy : palette.calm;
}

function drawNumber(ctx: CanvasRenderingContext2D, cell: GaugeCell, zoom: number, scene: GaugeScene): void {
  const { palette, texts } = scene;
  const size = zoom < LARGE_BELOW_ZOOM ? 14.5 : 11;
  const y = cell.rect.y + cell.rect.h / 2;
  let x = cell.rect.x;
  ctx.textAlign = 'left';
  if (cell.label) {
    ctx.font = `${size - 1}px ${palette.font}`;
    ctx.fillStyle = palette.muted;
    const label = texts.t(cell.label);
    ctx.fillText(label, x, y);
    x += widthOf(ctx, label) + 3.5;
  }
  ctx.font = `600 ${size}px ${palette.font}`;
  ctx.fillStyle = palette.text;
  ctx.fillText(cell.text, x, y);
}

/** Widths of the few labels there are, by their font and text: measuring costs as much as drawing. */
const widths = new Map<string, number>();

function widthOf(ctx: CanvasRenderingContext2D, label: string): number {
  const key = `${ctx.font} ${label}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  const { width } = ctx.measureText(label);
  widths.set(key, width);
  return width;
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
  ctx.font = `600 ${10.5 * scale}px ${font}`;
  const width = ctx.measureText(text).width + 14 * scale;
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
