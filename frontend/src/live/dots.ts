/** The dots on the edges: where each is, and one batched path per look. */
import type { Frame } from '../core/frames';
import type { Layout, Trace } from '../core/protocol';
import type { Palette } from './palette';
import { type Leg, lengthOf, pointOn, walksOf } from './walk';

export const DOTS_MOST = 2000;
/** Dots begun a second for each root of the request rate: 1,000 requests a second give about 50. */
const BEGUN_PER_ROOT = 1.6;
const FRAME_MOST_S = 0.25;
/** Those waiting stand in a row before the door instead of all on one spot. */
const QUEUE_ROW = 9;
/** Requests keep to one side of the edge and answers to the other. */
const LANE = 3;

export type Shape = 'circle' | 'diamond' | 'triangle';
/** In the order in which they are drawn. */
export const LOOKS = ['followed', 'circle', 'diamond', 'triangle', 'answer', 'failed'] as const;
export type Look = (typeof LOOKS)[number];

interface Dot {
  /** the request that it stands for */
  trace: number;
  shape: Shape;
  /** the one request that a person sent: a halo goes with it */
  followed: boolean;
  legs: Leg[];
  /** edge ids by leg, so that a changed layout does not send a dot astray */
  edges: (string | undefined)[];
  at_s: number;
  leg: number;
  row: number;
}

/** Looks by what a request does: a write is recognised by its shape as well. */
export function shapeOf(operation: string | undefined): Shape {
  if (operation === 'write') return 'diamond';
  return operation === 'job' ? 'triangle' : 'circle';
}

export class DotField {
  #dots: Dot[] = [];
  #credit = 0;
  #row = 0;
  readonly #places: Record<Look, number[]> = {
    followed: [],
    circle: [],
    diamond: [],
    triangle: [],
    answer: [],
    failed: [],
  };
  readonly #random: () => number;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  get count(): number {
    return this.#dots.length;
  }

  clear(): void {
    this.#dots = [];
    this.#credit = 0;
  }

  /** Let some of the frame's traces begin their walk; never more than were sampled. */
  begin(frame: Frame, layout: Layout, speed: number, lasts_s: number, shapes: readonly Shape[]): void {
    const rate = frame.totals.offered_rps * Math.min(1, speed);
    this.#credit += BEGUN_PER_ROOT * Math.sqrt(Math.max(0, rate)) * Math.min(lasts_s, FRAME_MOST_S);
    const count = Math.min(Math.floor(this.#credit), frame.traces.length);
    this.#credit = Math.min(this.#credit - count, BEGUN_PER_ROOT);
    for (let taken = 0; taken < count; taken++) {
      const trace = frame.traces[Math.floor((taken * frame.traces.length) / count)];
      if (trace) this.#start(trace, layout, speed, lasts_s, shapes[trace.class] ?? 'circle');
    }
  }

  /** Let one request begin its walk now, with a halo that the eye can follow. */
  follow(trace: Trace, layout: Layout, speed: number, shape: Shape): void {
    this.#start(trace, layout, speed, 0, shape, true);
  }

  #start(trace: Trace, layout: Layout, speed: number, lasts_s: number, shape: Shape, followed = false): void {
    const offset_s = this.#random() * lasts_s;
    for (const walk of walksOf(trace, speed)) {
      if (this.#dots.length >= DOTS_MOST) return;
      const edges = walk.legs.map((leg) => layout.edges[leg.edge]);
      this.#row = (this.#row + 1) % 5;
      this.#dots.push({
        trace: trace.id,
        shape,
        followed,
        legs: walk.legs,
        edges,
        at_s: -offset_s - walk.delay_s,
        leg: 0,
        row: this.#row,
      });
    }
  }

  /** Move on by `elapsed_s` on the eye's clock; those that arrived are gone. */
  advance(elapsed_s: number): void {
    let kept = 0;
    for (const dot of this.#dots) {
      dot.at_s += elapsed_s;
      while (dot.leg < dot.legs.length && (dot.legs[dot.leg] as Leg).ends_s <= dot.at_s) dot.leg += 1;
      if (dot.leg < dot.legs.length) this.#dots[kept++] = dot;
    }
    this.#dots.length = kept;
  }

  /** Places of the visible dots, look by look, as x,y pairs in flow coordinates; lent until the next call. */
  places(paths: ReadonlyMap<string, Float32Array>): Record<Look, number[]> {
    const out = this.#places;
    for (const look of LOOKS) out[look].length = 0;
    const place = { x: 0, y: 0 };
    for (const dot of this.#dots) {
      const leg = this.#place(dot, paths, place);
      if (!leg) continue;
      const look = leg.failed ? 'failed' : leg.way === -1 ? 'answer' : dot.shape;
      out[look].push(place.x, place.y);
      if (dot.followed) out.followed.push(place.x, place.y);
    }
    return out;
  }

  /** The request whose dot is nearest to a point in flow coordinates, within `reach`; null when there is none. */
  near(
    point: { x: number; y: number },
    reach: number,
    paths: ReadonlyMap<string, Float32Array>,
  ): number | null {
    let nearest: number | null = null;
    let least = reach;
    const place = { x: 0, y: 0 };
    for (const dot of this.#dots) {
      if (!this.#place(dot, paths, place)) continue;
      const distance = Math.hypot(place.x - point.x, place.y - point.y);
      if (distance > least) continue;
      least = distance;
      nearest = dot.trace;
    }
    return nearest;
  }

  /** Write into `out` where a dot is, and return the leg that it is on; null while it is not to be seen. */
  #place(dot: Dot, paths: ReadonlyMap<string, Float32Array>, out: { x: number; y: number }): Leg | null {
    if (dot.at_s < 0) return null;
    const leg = dot.legs[dot.leg];
    if (!leg || (leg.way === 0 && !leg.waiting && !leg.gaveUp)) return null;
    const path = paths.get(dot.edges[dot.leg] ?? '');
    if (!path) return null;
    pointOn(path, this.#share(dot, leg, path), out, leg.way * LANE);
    return leg;
  }

  #share(dot: Dot, leg: Leg, path: Float32Array): number {
    if (leg.gaveUp) return QUEUE_ROW / Math.max(lengthOf(path), QUEUE_ROW);
    if (leg.way === 0) return 1 - (dot.row * QUEUE_ROW) / Math.max(lengthOf(path), 8 * QUEUE_ROW);
    const began_s = dot.leg === 0 ? 0 : (dot.legs[dot.leg - 1] as Leg).ends_s;
    const share = (dot.at_s - began_s) / (leg.ends_s - began_s);
    return leg.way === 1 ? share : 1 - share;
  }
}

type Draw = (ctx: CanvasRenderingContext2D, x: number, y: number, r: number) => void;

/** A line without length and with round ends is a disc, at a quarter of what an arc costs. */
const disc: Draw = (ctx, x, y) => {
  ctx.moveTo(x, y);
  ctx.lineTo(x, y);
};

const diamond: Draw = (ctx, x, y, r) => {
  const d = r * 1.3;
  ctx.moveTo(x, y - d);
  ctx.lineTo(x + d, y);
  ctx.lineTo(x, y + d);
  ctx.lineTo(x - d, y);
  ctx.closePath();
};

const triangle: Draw = (ctx, x, y, r) => {
  const d = r * 1.25;
  ctx.moveTo(x, y - d);
  ctx.lineTo(x + d, y + d * 0.8);
  ctx.lineTo(x - d, y + d * 0.8);
  ctx.closePath();
};

const cross: Draw = (ctx, x, y, r) => {
  ctx.moveTo(x - r, y - r);
  ctx.lineTo(x + r, y + r);
  ctx.moveTo(x + r, y - r);
  ctx.lineTo(x - r, y + r);
};

/** Draw all dots; the context is already in flow coordinates. */
export function drawDots(
  ctx: CanvasRenderingContext2D,
  places: Record<Look, number[]>,
  palette: Palette,
  zoom: number,
): void {
  const radius = Math.min(6, Math.max(3.4, 2.2 / zoom));
  ctx.lineCap = 'round';
  for (const look of LOOKS) {
    const points = places[look];
    if (points.length === 0) continue;
    const colour = palette[look];
    if (look === 'diamond') fill(ctx, points, radius, diamond, colour);
    else if (look === 'triangle') fill(ctx, points, radius, triangle, colour);
    else if (look === 'answer') {
      // A ring: what comes back is hollow.
      stroke(ctx, points, radius, disc, colour, 2.05 * radius);
      stroke(ctx, points, radius, disc, palette.surface, 1.15 * radius);
    } else if (look === 'failed') {
      ctx.lineCap = 'butt';
      stroke(ctx, points, radius, cross, colour, 0.7 * radius);
    } else stroke(ctx, points, radius, disc, colour, radius * (look === 'followed' ? 6.4 : 2));
  }
}

function fill(ctx: CanvasRenderingContext2D, points: number[], r: number, draw: Draw, colour: string): void {
  trace(ctx, points, r, draw);
  ctx.fillStyle = colour;
  ctx.fill();
}

function stroke(
  ctx: CanvasRenderingContext2D,
  points: number[],
  r: number,
  draw: Draw,
  colour: string,
  width: number,
): void {
  trace(ctx, points, r, draw);
  ctx.lineWidth = width;
  ctx.strokeStyle = colour;
  ctx.stroke();
}

function trace(ctx: CanvasRenderingContext2D, points: number[], r: number, draw: Draw): void {
  ctx.beginPath();
  for (let at = 0; at < points.length; at += 2) {
    draw(ctx, points[at] as number, points[at + 1] as number, r);
  }
}
