/** Where things are on the canvas, in flow coordinates (pixels at zoom 1). No DOM: every figure is computed. */

export interface Point {
  x: number;
  y: number;
}

export interface Rect {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** Every node has this size; the bottom `GAUGE_HEIGHT` pixels are kept free for live figures. */
export const NODE_WIDTH = 184;
export const NODE_HEIGHT = 104;
export const GAUGE_HEIGHT = 44;
export const PATH_POINTS = 25;

type Curve = readonly [Point, Point, Point, Point];

export function nodeRect(node: Point): Rect {
  return { x: node.x, y: node.y, w: NODE_WIDTH, h: NODE_HEIGHT };
}

/** The smallest rectangle that has all of `rects`, of which there is at least one. */
export function around(rects: readonly Rect[]): Rect {
  const x = Math.min(...rects.map((rect) => rect.x));
  const y = Math.min(...rects.map((rect) => rect.y));
  const right = Math.max(...rects.map((rect) => rect.x + rect.w));
  const bottom = Math.max(...rects.map((rect) => rect.y + rect.h));
  return { x, y, w: right - x, h: bottom - y };
}

export function centre(rect: Rect): Point {
  return { x: rect.x + rect.w / 2, y: rect.y + rect.h / 2 };
}

/** A cubic Bézier from the right side of one rectangle to the left side of another. */
export function edgeCurve(from: Point, to: Point): Curve {
  const reach = curveReach(to.x - from.x);
  return [from, { x: from.x + reach, y: from.y }, { x: to.x - reach, y: to.y }, to];
}

/** How far a curve leaves its ends straight on, by how far apart these are. */
export function curveReach(dx: number): number {
  return dx >= 0 ? Math.max(dx * 0.5, 24) : Math.min(24 + -dx * 0.6, 220);
}

export function outPort(rect: Rect): Point {
  return { x: rect.x + rect.w, y: rect.y + rect.h / 2 };
}

export function inPort(rect: Rect): Point {
  return { x: rect.x, y: rect.y + rect.h / 2 };
}

export function curvePath([p0, p1, p2, p3]: Curve): string {
  return `M${p0.x},${p0.y} C${p1.x},${p1.y} ${p2.x},${p2.y} ${p3.x},${p3.y}`;
}

export function curvePoint([p0, p1, p2, p3]: Curve, t: number): Point {
  const u = 1 - t;
  const a = u * u * u;
  const b = 3 * u * u * t;
  const c = 3 * u * t * t;
  const d = t * t * t;
  return {
    x: a * p0.x + b * p1.x + c * p2.x + d * p3.x,
    y: a * p0.y + b * p1.y + c * p2.y + d * p3.y,
  };
}

/** `PATH_POINTS` points at equal distances along the curve, as x0, y0, x1, y1, … (length 2 × PATH_POINTS). */
export function flattenCurve(curve: Curve): Float32Array {
  const fine = 64;
  const points = Array.from({ length: fine + 1 }, (_, index) => curvePoint(curve, index / fine));
  const lengths = [0];
  for (let index = 1; index <= fine; index += 1) {
    lengths.push((lengths[index - 1] as number) + distance(at(points, index - 1), at(points, index)));
  }
  const total = lengths[fine] as number;
  const flat = new Float32Array(PATH_POINTS * 2);
  let segment = 1;
  for (let index = 0; index < PATH_POINTS; index += 1) {
    const wanted = (total * index) / (PATH_POINTS - 1);
    while (segment < fine && (lengths[segment] as number) < wanted) segment += 1;
    const start = lengths[segment - 1] as number;
    const span = (lengths[segment] as number) - start;
    const share = span > 0 ? Math.min(1, (wanted - start) / span) : 0;
    const a = at(points, segment - 1);
    const b = at(points, segment);
    flat[index * 2] = a.x + (b.x - a.x) * share;
    flat[index * 2 + 1] = a.y + (b.y - a.y) * share;
  }
  return flat;
}

/** The shortest distance from a point to a flattened path. */
export function distanceToPath(point: Point, path: Float32Array): number {
  let best = Number.POSITIVE_INFINITY;
  for (let index = 0; index + 3 < path.length; index += 2) {
    const a = { x: path[index] as number, y: path[index + 1] as number };
    const b = { x: path[index + 2] as number, y: path[index + 3] as number };
    best = Math.min(best, distanceToSegment(point, a, b));
  }
  return best;
}

/** The first place near `wanted` where a node would cover no other; searched in a widening column and row. */
export function freePlace(wanted: Point, others: readonly Point[]): Point {
  const gap = 28;
  const covered = (place: Point) =>
    others.some(
      (other) =>
        Math.abs(other.x - place.x) < NODE_WIDTH + gap / 2 &&
        Math.abs(other.y - place.y) < NODE_HEIGHT + gap / 2,
    );
  for (let ring = 0; ring < 60; ring += 1) {
    const rows = ring === 0 ? [0] : [ring, -ring];
    for (const row of rows) {
      const place = { x: wanted.x, y: wanted.y + row * (NODE_HEIGHT + gap) };
      if (!covered(place)) return place;
    }
  }
  return wanted;
}

function at(points: readonly Point[], index: number): Point {
  const point = points[index];
  if (!point) throw new RangeError(`no point ${index}`);
  return point;
}

function distance(a: Point, b: Point): number {
  return Math.hypot(b.x - a.x, b.y - a.y);
}

function distanceToSegment(point: Point, a: Point, b: Point): number {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const square = dx * dx + dy * dy;
  const t = square > 0 ? ((point.x - a.x) * dx + (point.y - a.y) * dy) / square : 0;
  const clamped = Math.max(0, Math.min(1, t));
  return Math.hypot(point.x - (a.x + clamped * dx), point.y - (a.y + clamped * dy));
}
