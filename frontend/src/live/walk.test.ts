import { describe, expect, it } from 'vitest';
import { Feed } from '../core/feed';
import { makeFrame, makeLayout } from '../core/fixtures';
import { flattenCurve } from '../core/geometry';
import { edgeWidth } from '../core/pictureLook';
import type { Span, Trace } from '../core/protocol';
import { DOTS_MOST, DotField } from './dots';
import { hoveredAt } from './hover';
import { HOP_S, type Leg, pointOn, walksOf } from './walk';

function trace(spans: Span[], wish: Partial<Trace> = {}): Trace {
  return { id: 1, class: 0, outcome: 'ok', blame: -1, started_s: 0, ended_s: 1, spans, ...wish };
}

/** a → b → c and back: b waits 10 ms and works 20 ms around the call to c. */
const NESTED: Span[] = [
  [0, -1, 0, -1, 0, 0, 0.1, 'ok'],
  [1, 0, 1, 0, 0.01, 0.01, 0.09, 'ok'],
  [2, 1, 2, 1, 0.03, 0, 0.07, 'ok'],
];

const hops = (legs: Leg[]) => legs.filter((leg) => leg.way !== 0).map((leg) => leg.edge * leg.way);
const way = (legs: Leg[]) =>
  legs.filter((leg) => leg.way !== 0).map((leg) => [leg.edge, leg.way, leg.failed]);

describe('the walk of a request', () => {
  it('goes forward along the edges of its spans and back with the answers', () => {
    const [walk, ...others] = walksOf(trace(NESTED), 1);
    expect(others).toEqual([]);
    expect(way(walk?.legs ?? [])).toEqual([
      [0, 1, false],
      [1, 1, false],
      [1, -1, false],
      [0, -1, false],
    ]);
  });

  it('takes as long at a node as the request did, in slow motion', () => {
    const legs = walksOf(trace(NESTED), 0.01)[0]?.legs ?? [];
    const lasts = legs.map((leg, at) => leg.ends_s - (legs[at - 1]?.ends_s ?? 0));
    const waiting = legs.findIndex((leg) => leg.waiting);
    expect(lasts[waiting]).toBeCloseTo(1);
    expect(lasts[waiting + 1]).toBeCloseTo(1);
    expect(lasts.filter((_, at) => legs[at]?.way !== 0)).toEqual(
      [0, 1, 2, 3].map(() => expect.closeTo(HOP_S)),
    );
  });

  it('marks the way back of what failed, hop by hop', () => {
    const spans = NESTED.map((span) => [...span] as Span);
    (spans[2] as Span)[7] = 'queue_full';
    const legs = walksOf(trace(spans), 1)[0]?.legs ?? [];
    expect(way(legs)).toEqual([
      [0, 1, false],
      [1, 1, false],
      [1, -1, true],
      [0, -1, false],
    ]);
  });

  it('shows a retry as a second way there and back', () => {
    const spans: Span[] = [
      [0, -1, 0, -1, 0, 0, 1, 'ok'],
      [1, 0, 1, 0, 0.1, 0, 0.2, 'timeout'],
      [2, 0, 1, 0, 0.5, 0, 0.9, 'ok'],
    ];
    expect(way(walksOf(trace(spans), 1)[0]?.legs ?? []).map(([, , failed]) => failed)).toEqual([
      false,
      true,
      false,
      false,
    ]);
  });

  it('lets work that nobody waits for any more, and parallel calls, go on beside the main walk', () => {
    const spans: Span[] = [
      [0, -1, 0, -1, 0, 0, 0.3, 'timeout'],
      [1, 0, 1, 0, 0.1, 0, 0.9, 'ok'],
    ];
    const walks = walksOf(trace(spans), 1);
    expect(walks.map((walk) => hops(walk.legs))).toEqual([[], [0]]);
    expect(walks[0]?.legs.at(-1)).toMatchObject({ edge: 0, gaveUp: true, failed: true });
    const abandoned = spans.map(([...span]) => span as Span);
    abandoned[1] = [1, 0, 1, 0, 0.1, 0, 0.3, 'running'];
    expect(walksOf(trace(abandoned), 1).map((walk) => hops(walk.legs))).toEqual([[], [0]]);
    const parallel: Span[] = [
      [0, -1, 0, -1, 0, 0, 0.5, 'ok'],
      [1, 0, 1, 0, 0.1, 0, 0.4, 'ok'],
      [2, 0, 2, 1, 0.1, 0, 0.4, 'ok'],
    ];
    expect(
      walksOf(trace(parallel), 1).map((walk) => walk.legs.filter((leg) => leg.way === 1).length),
    ).toEqual([1, 1]);
  });

  it('survives what it cannot draw', () => {
    expect(walksOf(trace([]), 1)).toEqual([]);
    expect(walksOf(trace([[3, 9, 0, 0, 0, 0, 1, 'ok']]), 1)).toEqual([]);
    const deep: Span[] = Array.from({ length: 500 }, (_, at) => [at, at - 1, 0, 0, 0, 0.01, 1, 'ok']);
    expect(walksOf(trace(deep), 1)[0]?.legs.length).toBeLessThanOrEqual(60);
  });
});

const STRAIGHT = flattenCurve([
  { x: 0, y: 0 },
  { x: 40, y: 0 },
  { x: 60, y: 0 },
  { x: 100, y: 0 },
]);

describe('places on a path', () => {
  it.each([
    [0, 0],
    [0.25, 25],
    [0.5, 50],
    [1, 100],
    [2, 100],
    [-1, 0],
  ])('share %s of 100 px is at %s px', (share, x) => {
    const point = { x: -1, y: -1 };
    pointOn(STRAIGHT, share, point);
    expect(point.x).toBeCloseTo(x, 1);
    expect(point.y).toBe(0);
  });

  it('keep to the right of the direction of travel', () => {
    const point = { x: 0, y: 0 };
    pointOn(STRAIGHT, 0.5, point, 3);
    expect(point.y).toBeCloseTo(3);
    pointOn(STRAIGHT, 0.5, point, -3);
    expect(point.y).toBeCloseTo(-3);
  });
});

describe('dots', () => {
  const layout = makeLayout();
  const paths = new Map([
    ['ab', STRAIGHT],
    ['bc', STRAIGHT],
  ]);
  const frame = (rate: number, count: number) =>
    makeFrame({
      totals: { offered_rps: rate },
      traces: Array.from({ length: count }, () => ({ spans: NESTED })),
    });

  it('grow with the root of the rate and never exceed what was sampled', () => {
    const begun = (rate: number, count: number) => {
      const field = new DotField(() => 0);
      for (let at = 0; at < 100; at++) field.begin(frame(rate, count), layout, 1, 0.1, ['circle']);
      return field.count;
    };
    expect(begun(100, 40)).toBeCloseTo(160, -1);
    expect(begun(400, 40)).toBeCloseTo(320, -1);
    expect(begun(400, 1)).toBe(100);
    expect(begun(1e6, 40)).toBe(DOTS_MOST);
  });

  it('walk along the path, come back as answers and are gone', () => {
    const field = new DotField(() => 0);
    field.begin(frame(1e4, 1), layout, 1, 0.1, ['diamond']);
    expect(field.count).toBe(1);
    field.advance(HOP_S / 2);
    const halfway = field.places(paths).diamond[0] as number;
    expect(halfway).toBeGreaterThan(35);
    expect(halfway).toBeLessThan(51);
    field.advance(2.5 * HOP_S);
    expect(field.places(paths).answer).toHaveLength(2);
    field.advance(60);
    expect(field.count).toBe(0);
  });

  it('show a failure as its own look', () => {
    const spans: Span[] = [
      [0, -1, 0, -1, 0, 0, 0.2, 'refused'],
      [1, 0, 1, 0, 0, 0, 0.2, 'refused'],
    ];
    const field = new DotField(() => 0);
    field.begin(makeFrame({ traces: [{ spans }], totals: { offered_rps: 1e4 } }), layout, 1, 0.1, []);
    field.advance(HOP_S + 0.2 + HOP_S / 2);
    const places = field.places(paths);
    expect([places.failed.length, places.circle.length, places.answer.length]).toEqual([2, 0, 0]);
  });
});

describe('edges', () => {
  it('are about three times as thick for ten times the traffic, and bounded', () => {
    expect(edgeWidth(0)).toBe(0);
    expect((edgeWidth(1000) - 1.5) / (edgeWidth(100) - 1.5)).toBeCloseTo(Math.sqrt(10));
    expect(edgeWidth(1e9)).toBe(14);
  });
});

describe('what the pointer is over', () => {
  const feed = new Feed(() => 0);
  feed.setLayout(makeLayout());
  feed.push(makeFrame({}));
  const rects = new Map([['b', { x: 0, y: 100, w: 184, h: 104 }]]);
  const paths = new Map([['ab', STRAIGHT]]);
  const at = (x: number, y: number, zoom = 1) => hoveredAt({ x, y }, zoom, { feed, rects, paths });

  it('is an edge within reach, in screen pixels', () => {
    expect(at(50, 5)).toEqual({ kind: 'edge', edge_id: 'ab' });
    expect(at(50, 30)).toBeNull();
    expect(at(50, 30, 0.2)).toEqual({ kind: 'edge', edge_id: 'ab' });
  });

  it('is a figure in the strip of a node, and nothing on the rest of it', () => {
    expect(at(25, 182)).toMatchObject({ kind: 'gauge', node_id: 'b', channel: 'utilization_ratio' });
    expect(at(70, 170)).toMatchObject({ channel: 'throughput_rps' });
    expect(at(50, 110)).toBeNull();
  });
});
