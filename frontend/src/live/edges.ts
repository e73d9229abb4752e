/** Draws what edges carry: thickness by rate, dashes where requests fail, a ✕ where nothing passes. */
import { isCut } from '../core/faults';
import type { Feed } from '../core/feed';
import { formatRate } from '../core/format';
import { curveReach, type Rect } from '../core/geometry';
import { edgeWidth } from '../core/pictureLook';
import { drawPill } from './gauges';
import type { Palette } from './palette';
import { onScreen, type View } from './Surface';
import { lengthOf } from './walk';

/** One batched path per width keeps 400 edges cheap. */
const WIDTH_STEP = 1.5;
/** A share of failures from which an edge is drawn as failing. */
const FAILING_RATIO = 0.05;
/** Flow pixels that a rate needs between two nodes. */
const HINT_LENGTH = 90;

export interface EdgeScene {
  feed: Feed;
  paths: ReadonlyMap<string, Float32Array>;
  palette: Palette;
}

export function drawEdges(ctx: CanvasRenderingContext2D, view: View, scene: EdgeScene): void {
  const { feed, paths, palette } = scene;
  const { layout, frame, smoothed } = feed;
  if (!layout || !frame) return;
  const batches = new Map<string, { width: number; failing: boolean; paths: Float32Array[] }>();
  layout.edges.forEach((id, edge) => {
    const path = paths.get(id);
    const rate = smoothed.edges.rate_rps[edge] ?? 0;
    const width = Math.round(edgeWidth(rate) / WIDTH_STEP) * WIDTH_STEP;
    if (!path || width <= 0 || !onScreen(view, boxOf(path))) return;
    const failing = (smoothed.edges.failed_rps[edge] ?? 0) > rate * FAILING_RATIO;
    const key = `${width} ${failing}`;
    const batch = batches.get(key) ?? { width, failing, paths: [] };
    batches.set(key, batch);
    batch.paths.push(path);
  });
  ctx.lineCap = 'butt';
  ctx.lineJoin = 'round';
  for (const { width, failing, paths: lines } of batches.values()) {
    ctx.beginPath();
    for (const line of lines) trace(ctx, line);
    ctx.lineWidth = width;
    ctx.setLineDash(failing ? [7, 4] : []);
    ctx.strokeStyle = failing ? palette.failed : palette.edge;
    ctx.globalAlpha = failing ? 0.45 : 0.22;
    ctx.stroke();
  }
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
  drawMarks(ctx, scene);
}

/** The curve itself takes a tenth of the time that its 24 pieces take. */
function trace(ctx: CanvasRenderingContext2D, path: Float32Array): void {
  const x = path[0] as number;
  const y = path[1] as number;
  const endX = path[path.length - 2] as number;
  const endY = path[path.length - 1] as number;
  const reach = curveReach(endX - x);
  ctx.moveTo(x, y);
  ctx.bezierCurveTo(x + reach, y, endX - reach, endY, endX, endY);
}

/** What a path lies in: it leaves its ends sideways and never goes above or below both. */
function boxOf(path: Float32Array): Rect {
  const x = path[0] as number;
  const y = path[1] as number;
  const endX = path[path.length - 2] as number;
  const endY = path[path.length - 1] as number;
  const reach = curveReach(endX - x);
  const left = Math.min(x, endX - reach);
  const right = Math.max(endX, x + reach);
  return { x: left, y: Math.min(y, endY), w: right - left, h: Math.abs(endY - y) };
}

function drawMarks(ctx: CanvasRenderingContext2D, { feed, paths, palette }: EdgeScene): void {
  feed.layout?.edges.forEach((id, edge) => {
    const path = paths.get(id);
    if (!path) return;
    const { x, y } = middleOf(path);
    const healthy = feed.frame?.edges.believed_healthy[edge] ?? true;
    if (feed.frame && isCut(feed.frame.edges.state[edge])) cross(ctx, x, y, palette.full);
    else if (!healthy) noEntry(ctx, path, palette);
  });
}

export interface LabelScene extends EdgeScene {
  /** edges whose rate is always written beside them, and those where it is if there is room */
  labelled: ReadonlySet<string>;
  hinted: ReadonlySet<string>;
  t: (key: string) => string;
  zoom: number;
}

/** What edges carry, in words: drawn above the nodes, for a short edge has no room between them. */
export function drawEdgeLabels(ctx: CanvasRenderingContext2D, scene: LabelScene): void {
  const { feed, paths, palette, labelled, hinted, t, zoom } = scene;
  ctx.textBaseline = 'middle';
  feed.layout?.edges.forEach((id, edge) => {
    const path = paths.get(id);
    if (!path || !feed.frame) return;
    const parts: string[] = [];
    const state = feed.frame.edges.state[edge] ?? 'up';
    if (state !== 'up') parts.push(t(`live.edge_state.${state}`));
    if (labelled.has(id) || (hinted.has(id) && lengthOf(path) >= HINT_LENGTH)) {
      parts.push(formatRate(feed.smoothed.edges.rate_rps[edge] ?? 0));
      const failed = feed.smoothed.edges.failed_rps[edge] ?? 0;
      if (failed >= 0.05) parts.push(`✕ ${formatRate(failed)}`);
    }
    if (parts.length === 0) return;
    const { x, y } = middleOf(path);
    const look = { fill: palette.surface, ink: palette.text, outline: palette.muted };
    drawPill(ctx, parts.join(' · '), { x, y: y - 18, align: 'center', zoom }, look, palette.font);
  });
}

export function middleOf(path: Float32Array): { x: number; y: number } {
  const middle = Math.floor(path.length / 4) * 2;
  return { x: path[middle] as number, y: path[middle + 1] as number };
}

function cross(ctx: CanvasRenderingContext2D, x: number, y: number, colour: string): void {
  ctx.beginPath();
  ctx.moveTo(x - 7, y - 7);
  ctx.lineTo(x + 7, y + 7);
  ctx.moveTo(x + 7, y - 7);
  ctx.lineTo(x - 7, y + 7);
  ctx.lineWidth = 4;
  ctx.strokeStyle = colour;
  ctx.stroke();
}

/** The sender has taken this way out of its rotation: a barred circle before the target. */
function noEntry(ctx: CanvasRenderingContext2D, path: Float32Array, palette: Palette): void {
  const at = path.length - 8;
  const x = path[at] as number;
  const y = path[at + 1] as number;
  ctx.beginPath();
  ctx.arc(x, y, 7, 0, 2 * Math.PI);
  ctx.fillStyle = palette.surface;
  ctx.fill();
  ctx.moveTo(x - 4, y);
  ctx.lineTo(x + 4, y);
  ctx.lineWidth = 2.5;
  ctx.strokeStyle = palette.full;
  ctx.stroke();
}
