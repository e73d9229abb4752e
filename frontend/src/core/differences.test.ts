import { describe, expect, it } from 'vitest';
import { compared, differenceText } from './differences';
import { Feed } from './feed';
import { makeFrame, makeLayout } from './fixtures';

/** Frames every 0.1 s; what they say changes at 6 s. */
function feedUntil(until_s: number, edits_s: readonly number[] = [6]): Feed {
  const feed = new Feed(() => 0);
  feed.setLayout(makeLayout());
  for (let tick = 1; tick <= Math.round(until_s * 10); tick++) {
    const now_s = tick / 10;
    const late = now_s > 6;
    const base = makeFrame({ now_s });
    feed.push({
      ...base,
      window_s: 0.1,
      totals: {
        ...base.totals,
        throughput_rps: 100,
        failed_rps: 0,
        latency_p99_s: late ? 0.03 : 0.05,
      },
      nodes: { ...base.nodes, utilization_ratio: base.nodes.utilization_ratio.map(() => (late ? 0.4 : 0.7)) },
      events: edits_s
        .filter((at_s) => Math.abs(at_s - now_s) < 0.01)
        .map((at_s) => ({
          at_s,
          kind: 'edit' as const,
          node_id: null,
          edge_id: null,
          message: '',
          values: {},
        })),
    });
  }
  return feed;
}

describe('what an edit changed', () => {
  it('is told from the means of five seconds on both sides, leaving out what stayed as it was', () => {
    const found = compared(feedUntil(11.1));
    expect(found?.at_s).toBe(6);
    expect(found?.differences.map(differenceText).map((text) => text.replace(/\s/g, ' '))).toEqual([
      '−20 ms',
      '70 % → 40 %',
    ]);
  });

  it('is not told too early, nor for ever, nor without an edit', () => {
    expect(compared(feedUntil(10.5))).toBeNull();
    expect(compared(feedUntil(21.5))).toBeNull();
    expect(compared(feedUntil(11.5, []))).toBeNull();
  });

  it('takes edits close together as one', () => {
    const found = compared(feedUntil(12.2, [6, 7]));
    expect(found?.at_s).toBe(7);
    expect(found?.differences.map(({ measure }) => measure)).toEqual(['p99', 'busiest']);
  });

  it('compares with nothing when the run began just before', () => {
    expect(compared(feedUntil(7, [1]))).toBeNull();
  });
});
