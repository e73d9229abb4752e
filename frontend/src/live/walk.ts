/**
 * From a sampled trace to the walk of a dot: along edges to where the request went, a stay at each node for as
 * long as it waited and worked there, and back with the answer. Times are stretched to what an eye can follow;
 * in slow motion they become the true ones.
 */
import type { Span, Trace } from '../core/protocol';

/** A hop shorter than this cannot be followed by eye. */
export const HOP_S = 0.55;
const STAY_LEAST_S = 0.04;
const STAY_MOST_S = 3;
/** Retry storms and deep trees: a dot that walks longer than this tells nobody anything. */
const LEGS_MOST = 60;
const BRANCHES_MOST = 4;
const SAME_MOMENT_S = 1e-9;
/** The outcome of a span whose work was still going on when the request ended. */
const GOES_ON = 'running';
/** How long a ✕ stands where a caller gave up waiting. */
const GIVEN_UP_S = 0.6;

export interface Leg {
  /** edge index, -1 for a stay inside the node where the walk began */
  edge: number;
  /** +1 along the edge, -1 back, 0 a stay at its far end */
  way: 1 | -1 | 0;
  /** a stay at the near end instead: the caller gave up waiting for the answer */
  gaveUp: boolean;
  /** waiting for its turn (shown before the door) rather than being served (hidden behind it) */
  waiting: boolean;
  failed: boolean;
  ends_s: number;
}

export interface Walk {
  /** seconds on the eye's clock after the trace's own start */
  delay_s: number;
  legs: Leg[];
}

enum Field {
  Index = 0,
  Parent = 1,
  Edge = 3,
  Start = 4,
  Wait = 5,
  End = 6,
  Outcome = 7,
}

function shown(real_s: number, speed: number): number {
  if (real_s <= 0) return 0;
  return Math.min(STAY_MOST_S, Math.max(STAY_LEAST_S, real_s / speed));
}

/** @param speed simulated seconds per second; returns the main walk first, then what goes on without an answer. */
export function walksOf(trace: Trace, speed: number): Walk[] {
  const children = new Map<number, Span[]>();
  let root: Span | undefined;
  for (const span of trace.spans) {
    const siblings = children.get(span[Field.Parent]) ?? [];
    siblings.push(span);
    children.set(span[Field.Parent], siblings);
    if (span[Field.Parent] === -1) root ??= span;
  }
  if (!root) return [];
  for (const siblings of children.values()) siblings.sort((a, b) => a[Field.Start] - b[Field.Start]);

  const walks: Walk[] = [];
  const begin = (span: Span, delay_s: number, hop: boolean): void => {
    const walk: Walk = { delay_s, legs: [] };
    walks.push(walk);
    const planner = new Planner(walk, children, speed, (child, after_s) => {
      if (walks.length <= BRANCHES_MOST) begin(child, delay_s + after_s, true);
    });
    planner.visit(span, hop);
  };
  begin(root, 0, false);
  return walks.filter((walk) => walk.legs.some((leg) => leg.way !== 0 || leg.gaveUp));
}

class Planner {
  #clock_s = 0;
  readonly #walk: Walk;
  readonly #children: ReadonlyMap<number, Span[]>;
  readonly #speed: number;
  readonly #branch: (child: Span, after_s: number) => void;

  constructor(
    walk: Walk,
    children: ReadonlyMap<number, Span[]>,
    speed: number,
    branch: (child: Span, after_s: number) => void,
  ) {
    this.#walk = walk;
    this.#children = children;
    this.#speed = speed;
    this.#branch = branch;
  }

  /** @param hop whether the walk has still to go along the span's edge to reach it */
  visit(span: Span, hop: boolean): void {
    if (this.#walk.legs.length >= LEGS_MOST) return;
    const edge = span[Field.Edge];
    if (hop) this.#leg(edge, 1, HOP_S, false, false);
    this.#leg(edge, 0, shown(span[Field.Wait], this.#speed), true, false);
    let unanswered: Span | null = null;
    let moment_s = span[Field.Start] + span[Field.Wait];
    for (const child of this.#children.get(span[Field.Index]) ?? []) {
      const parallel = child[Field.Start] < moment_s - SAME_MOMENT_S;
      const goesOn = child[Field.Outcome] === GOES_ON;
      const late = goesOn || child[Field.End] > span[Field.End] + SAME_MOMENT_S;
      this.#leg(edge, 0, shown(child[Field.Start] - moment_s, this.#speed), false, false);
      if (parallel || late) {
        if (late) unanswered = child;
        this.#branch(child, this.#clock_s);
        moment_s = Math.max(moment_s, child[Field.Start]);
        continue;
      }
      this.visit(child, true);
      const failed = child[Field.Outcome] !== 'ok';
      this.#leg(child[Field.Edge], -1, HOP_S, false, failed);
      moment_s = child[Field.End];
    }
    const failed = span[Field.Outcome] !== 'ok';
    this.#leg(edge, 0, shown(span[Field.End] - moment_s, this.#speed), false, failed);
    if (failed && unanswered) this.#leg(unanswered[Field.Edge], 0, GIVEN_UP_S, false, true, true);
  }

  #leg(
    edge: number,
    way: 1 | -1 | 0,
    lasts_s: number,
    waiting: boolean,
    failed: boolean,
    gaveUp = false,
  ): void {
    if (lasts_s <= 0 || this.#walk.legs.length >= LEGS_MOST) return;
    this.#clock_s += lasts_s;
    this.#walk.legs.push({ edge, way, gaveUp, waiting, failed, ends_s: this.#clock_s });
  }
}

/**
 * Point at `share` (0..1) of a path of x,y pairs with equal arc length between neighbours; writes into `out`.
 *
 * `aside` moves it to the right of the path's direction (as seen on a screen), in flow pixels.
 */
export function pointOn(path: Float32Array, share: number, out: { x: number; y: number }, aside = 0): void {
  const last = path.length / 2 - 1;
  const place = Math.min(1, Math.max(0, share)) * last;
  const before = Math.min(last - 1, Math.floor(place));
  const part = place - before;
  const at = before * 2;
  const x = path[at] as number;
  const y = path[at + 1] as number;
  const dx = (path[at + 2] as number) - x;
  const dy = (path[at + 3] as number) - y;
  const away = aside === 0 ? 0 : aside / Math.max(1e-6, Math.sqrt(dx * dx + dy * dy));
  out.x = x + dx * part - dy * away;
  out.y = y + dy * part + dx * away;
}

/** Length of such a path. */
export function lengthOf(path: Float32Array): number {
  const step = Math.hypot(
    (path[2] as number) - (path[0] as number),
    (path[3] as number) - (path[1] as number),
  );
  return step * (path.length / 2 - 1);
}
