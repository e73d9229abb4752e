/**
 * Where the drawn things are, for layers that paint every frame and must not go through React.
 *
 * All figures are flow coordinates; `viewport` turns them into canvas pixels (x · zoom + viewport.x).
 */
import { edgeCurve, flattenCurve, inPort, nodeRect, outPort, type Point, type Rect } from './core/geometry';

export interface Geometry {
  nodeRects: Map<string, Rect>;
  /** 25 points at equal distances along each edge: x0, y0, x1, y1, … (length 50) */
  edgePaths: Map<string, Float32Array>;
  viewport: { x: number; y: number; zoom: number };
  /** grows with every change of layout (not of the viewport) */
  version: number;
}

export const geometry: Geometry = {
  nodeRects: new Map(),
  edgePaths: new Map(),
  viewport: { x: 0, y: 0, zoom: 1 },
  version: 0,
};

type Listener = () => void;
const listeners = new Set<Listener>();

/** Call back after every change of layout or viewport; returns the way to stop. */
export function subscribeGeometry(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  for (const listener of listeners) listener();
}

export function setViewport(x: number, y: number, zoom: number): void {
  const { viewport } = geometry;
  if (viewport.x === x && viewport.y === y && viewport.zoom === zoom) return;
  geometry.viewport = { x, y, zoom };
  tell();
}

/** Take over the present layout; only edges whose ends moved are measured again. */
export function setLayout(
  nodes: readonly (Point & { id: string })[],
  edges: readonly { id: string; source: string; target: string }[],
): void {
  const moved = updateRects(nodes);
  const changed = updatePaths(edges, moved);
  if (moved.size === 0 && !changed) return;
  geometry.version += 1;
  tell();
}

function updateRects(nodes: readonly (Point & { id: string })[]): Set<string> {
  const { nodeRects } = geometry;
  const moved = new Set<string>();
  const present = new Set<string>();
  for (const node of nodes) {
    present.add(node.id);
    const before = nodeRects.get(node.id);
    if (before && before.x === node.x && before.y === node.y) continue;
    nodeRects.set(node.id, nodeRect(node));
    moved.add(node.id);
  }
  for (const id of nodeRects.keys()) {
    if (present.has(id)) continue;
    nodeRects.delete(id);
    moved.add(id);
  }
  return moved;
}

const ends = new Map<string, string>();

function updatePaths(
  edges: readonly { id: string; source: string; target: string }[],
  moved: ReadonlySet<string>,
): boolean {
  const { nodeRects, edgePaths } = geometry;
  const present = new Set<string>();
  let changed = false;
  for (const edge of edges) {
    const from = nodeRects.get(edge.source);
    const to = nodeRects.get(edge.target);
    if (!from || !to) continue;
    present.add(edge.id);
    const now = `${edge.source} ${edge.target}`;
    const still = !moved.has(edge.source) && !moved.has(edge.target) && ends.get(edge.id) === now;
    if (still && edgePaths.has(edge.id)) continue;
    edgePaths.set(edge.id, flattenCurve(edgeCurve(outPort(from), inPort(to))));
    ends.set(edge.id, now);
    changed = true;
  }
  for (const id of edgePaths.keys()) {
    if (present.has(id)) continue;
    edgePaths.delete(id);
    ends.delete(id);
    changed = true;
  }
  return changed;
}
