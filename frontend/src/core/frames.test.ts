import { describe, expect, it } from 'vitest';
import { BlameBoard } from './blame';
import { Feed } from './feed';
import { makeFrame, makeLayout, makeTotals } from './fixtures';
import { formatClock, formatCost, formatCount, formatRate, formatRatio, formatSeconds } from './format';
import { EVENTS_KEPT, HISTORY_FRAMES, NODE_SLOT_FRAMES, SMOOTHING_S } from './frames';
import { Ring } from './ring';

function feedAt() {
  const clock = { now_s: 100 };
  const feed = new Feed(() => clock.now_s);
  feed.setLayout(makeLayout());
  return { feed, clock };
}

describe('Ring', () => {
  it('keeps the newest in order and forgets the oldest', () => {
    const ring = new Ring<number>(3);
    for (const item of [1, 2, 3, 4, 5]) ring.push(item);
    expect(ring.from(0)).toEqual([3, 4, 5]);
    expect([ring.length, ring.at(0), ring.at(-1), ring.at(3)]).toEqual([3, 3, 5, undefined]);
  });

  it('finds the first item from a key on', () => {
    const ring = new Ring<number>(4);
    for (const item of [1, 2, 4, 6, 8]) ring.push(item);
    const find = (key: number) => ring.at(ring.lowerBound(key, (item) => item));
    expect([find(0), find(4), find(5), find(9)]).toEqual([2, 4, 6, undefined]);
  });
});

describe('smoothing', () => {
  it('takes the first frame as it is and then moves 63 % of the way in one time constant', () => {
    const { feed, clock } = feedAt();
    feed.push(makeFrame({ now_s: 0.1, nodes: { utilization_ratio: [null, 0.2, 0.2] } }));
    expect(feed.smoothed.nodes.utilization_ratio[1]).toBeCloseTo(0.2);
    clock.now_s += SMOOTHING_S;
    feed.push(makeFrame({ now_s: 0.2, nodes: { utilization_ratio: [null, 1, 0.2] } }));
    expect(feed.smoothed.nodes.utilization_ratio[1]).toBeCloseTo(0.2 + 0.8 * (1 - Math.exp(-1)));
    expect(feed.smoothed.nodes.utilization_ratio[2]).toBeCloseTo(0.2);
    expect(feed.smoothed.nodes.utilization_ratio[0]).toBeNaN();
  });

  it('does not depend on how many frames the same time is cut into', () => {
    const run = (frames: number) => {
      const { feed, clock } = feedAt();
      feed.push(makeFrame({ now_s: 0, nodes: { queue_length: [0, 0, 0] } }));
      for (let at = 1; at <= frames; at++) {
        clock.now_s += 2 / frames;
        feed.push(makeFrame({ now_s: at, nodes: { queue_length: [0, 10, 0] } }));
      }
      return feed.smoothed.nodes.queue_length[1];
    };
    expect(run(20)).toBeCloseTo(run(2) as number, 9);
  });

  it('follows nodes by their id through a changed layout', () => {
    const { feed } = feedAt();
    feed.push(makeFrame({ now_s: 0.1, nodes: { throughput_rps: [1, 2, 3] } }));
    feed.setLayout({
      version: 2,
      nodes: ['c', 'new', 'a'],
      edges: ['bc'],
      classes: ['read', 'write'],
      regions: [],
    });
    expect([...feed.smoothed.nodes.throughput_rps]).toEqual([3, Number.NaN, 1]);
    expect(feed.nodeAt('c')).toBe(0);
  });
});

describe('the feed', () => {
  it('passes over frames of a layout it does not have', () => {
    const { feed } = feedAt();
    feed.push(makeFrame({ now_s: 1, layout: 9 }));
    expect(feed.frame).toBeNull();
  });

  it('begins anew when simulated time goes back', () => {
    const { feed } = feedAt();
    feed.push(makeFrame({ now_s: 5 }));
    feed.push(makeFrame({ now_s: 0.1 }));
    expect(feed.history.rows.from(0).map((row) => row.at_s)).toEqual([0.1]);
  });

  it('takes over the past of a welcome and goes on from there', () => {
    const { feed } = feedAt();
    feed.restart([{ now_s: 1, window_s: 0.1, totals: makeTotals() }], []);
    feed.push(makeFrame({ now_s: 1.1 }));
    expect(feed.history.rowsWithin(30).map((row) => row.at_s)).toEqual([1, 1.1]);
    expect(feed.history.rowsWithin(0.05)).toHaveLength(1);
  });

  it('stays bounded', () => {
    const { feed } = feedAt();
    const event = { at_s: 0, kind: 'edit' as const, node_id: null, edge_id: null, message: 'x', values: {} };
    for (let at = 1; at <= HISTORY_FRAMES + 500; at++) feed.push(makeFrame({ now_s: at, events: [event] }));
    expect(feed.history.rows.length).toBe(HISTORY_FRAMES);
    expect(feed.history.events.length).toBe(EVENTS_KEPT);
    expect(feed.history.events.at(-1)?.number).toBe(HISTORY_FRAMES + 500);
  });

  it('keeps the nodes as means over a few frames and finds them by id', () => {
    const { feed } = feedAt();
    for (let at = 1; at <= NODE_SLOT_FRAMES; at++) {
      feed.push(
        makeFrame({ now_s: at, nodes: { queue_length: [0, at, 0], utilization_ratio: [null, 0.5, 0.5] } }),
      );
    }
    const series = feed.history.nodeSeries('queue_length', ['b', 'gone'], 60);
    expect(series).toEqual({ at_s: [NODE_SLOT_FRAMES], values: [[3], [null]] });
    expect(feed.history.nodeSeries('utilization_ratio', ['a'], 60).values).toEqual([[null]]);
  });
});

describe('blame', () => {
  const failed = (blame: number, outcome: string) => ({ outcome, blame });

  it("shares a cause's rate by the nodes that sampled traces blame, and forgets", () => {
    const board = new BlameBoard();
    const traces = [
      failed(1, 'queue_full'),
      failed(1, 'queue_full'),
      failed(2, 'queue_full'),
      failed(-1, 'ok'),
    ];
    const frame = makeFrame({ traces, totals: { failed_by_cause: { queue_full: 30 } } });
    board.update(frame, ['a', 'b', 'c'], 0);
    expect(board.of('b')).toEqual({ cause: 'queue_full', rate_rps: 20 });
    expect(board.of('c')?.rate_rps).toBeCloseTo(10);
    expect(board.of('a')).toBeNull();
    expect(board.worst()?.node_id).toBe('b');
    for (let at_s = 1; at_s < 15; at_s++) board.update(makeFrame({}), ['a', 'b', 'c'], at_s);
    expect(board.of('b')).toBeNull();
  });

  it('stands while the cause goes on without being sampled', () => {
    const board = new BlameBoard();
    const totals = { failed_by_cause: { timeout: 2 } };
    board.update(makeFrame({ traces: [failed(1, 'timeout')], totals }), ['a', 'b'], 0);
    for (let at_s = 1; at_s < 15; at_s++) board.update(makeFrame({ totals }), ['a', 'b'], at_s);
    expect(board.of('b')).toEqual({ cause: 'timeout', rate_rps: 2 });
  });
});

describe('figures as text', () => {
  const plain = (text: string) => text.replaceAll(' ', ' ');

  it.each([
    [1234, '1.2 k/s'],
    [999.7, '1 k/s'],
    [12, '12/s'],
    [0.42, '0.42/s'],
    [0, '0/s'],
    [2_500_000, '2.5 M/s'],
    [null, '–'],
    [Number.NaN, '–'],
  ])('rate %s is %s', (value, text) => expect(plain(formatRate(value))).toBe(text));

  it.each([
    [0.038, '38 ms'],
    [0.0384, '38 ms'],
    [0.00995, '10 ms'],
    [0.00025, '250 µs'],
    [0, '0 ms'],
    [1.25, '1.3 s'],
    [0.9999, '1 s'],
    [150, '2.5 min'],
  ])('duration %s s is %s', (value, text) => expect(plain(formatSeconds(value))).toBe(text));

  it.each([
    [0.972, '97 %'],
    [0.9996, '99.9 %'],
    [1, '100 %'],
    [0.004, '0.4 %'],
    [0, '0 %'],
  ])('ratio %s is %s', (value, text) => expect(plain(formatRatio(value))).toBe(text));

  it.each([
    [0.0816, '0.0816 USD/h'],
    [1.5, '1.5 USD/h'],
    [250, '250 USD/h'],
    [0, '0 USD/h'],
    [Number.NaN, '–'],
  ])('cost %s is %s', (value, text) => expect(plain(formatCost(value))).toBe(text));

  it('counts and clocks', () => {
    expect(plain(formatCount(12_345))).toBe('12 k');
    expect(formatClock(72.34)).toBe('1:12.3');
    expect(formatClock(3661.06)).toBe('1:01:01.0');
    expect(formatClock(0.3)).toBe('0:00.3');
  });
});
