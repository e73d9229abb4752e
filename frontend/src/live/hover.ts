/** What live figure the pointer is over: an edge, or one figure of a node. Found by arithmetic, for canvases have no children. */
import type { Feed } from '../core/feed';
import type { NodeChannel } from '../core/frames';
import { gaugeCells } from '../core/gaugeCells';
import { distanceToPath, type Point, type Rect } from '../core/geometry';

const EDGE_REACH_PX = 9;

export type Hovered =
  | { kind: 'edge'; edge_id: string }
  | { kind: 'gauge'; node_id: string; channel: NodeChannel; rect: Rect };

export interface HoverScene {
  feed: Feed;
  rects: ReadonlyMap<string, Rect>;
  paths: ReadonlyMap<string, Float32Array>;
}

/** @param point in flow coordinates */
export function hoveredAt(point: Point, zoom: number, scene: HoverScene): Hovered | null {
  const { feed, rects, paths } = scene;
  for (const [node_id, rect] of rects) {
    if (!inside(point, rect)) continue;
    const node = feed.nodeAt(node_id);
    if (node === undefined) return null;
    const cell = gaugeCells(feed, node, rect, zoom).find((candidate) => inside(point, candidate.rect));
    return cell ? { kind: 'gauge', node_id, channel: cell.channel, rect: cell.rect } : null;
  }
  let nearest: string | null = null;
  let reach = EDGE_REACH_PX / zoom;
  for (const [edge_id, path] of paths) {
    if (!nearBox(point, path, reach)) continue;
    const distance = distanceToPath(point, path);
    if (distance < reach) {
      reach = distance;
      nearest = edge_id;
    }
  }
  return nearest === null ? null : { kind: 'edge', edge_id: nearest };
}

export function sameHover(a: Hovered | null, b: Hovered | null): boolean {
  if (a === null || b === null) return a === b;
  if (a.kind === 'edge') return b.kind === 'edge' && a.edge_id === b.edge_id;
  return b.kind === 'gauge' && a.node_id === b.node_id && a.channel === b.channel;
}

export function inside(point: Point, rect: Rect): boolean {
  return point.x >= rect.x && point.y >= rect.y && point.x < rect.x + rect.w && point.y < rect.y + rect.h;
}

/** The box around a path spares most edges the exact measure. */
function nearBox(point: Point, path: Float32Array, reach: number): boolean {
  let left = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  let top = Number.POSITIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  for (let at = 0; at + 1 < path.length; at += 2) {
    left = Math.min(left, path[at] as number);
    right = Math.max(right, path[at] as number);
    top = Math.min(top, path[at + 1] as number);
    bottom = Math.max(bottom, path[at + 1] as number);
  }
  return (
    point.x >= left - reach && point.x <= right + reach && point.y >= top - reach && point.y <= bottom + reach
  );
}
