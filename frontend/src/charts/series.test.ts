import { describe, expect, it } from 'vitest';
import { Feed } from '../core/feed';
import { makeFrame, makeLayout, makeTotals } from '../core/fixtures';
import { NODE_SLOT_FRAMES } from '../core/frames';
import type { Totals } from '../core/protocol';
import { withAlpha } from './plot';
import { bucketsOf, bucketWidth, chartData, largestNodes, stacked } from './series';

const TEXTS = {
  ok: 'answered',
  failed: 'failed',
  hits: 'hits',
  cause: (cause: string) => `cause ${cause}`,
  node: (id: string) => `node ${id}`,
};

function feedWith(count: number, totals: (at: number) => Partial<Totals>): Feed {
  const feed = new Feed(() => 0);
  feed.setLayout(makeLayout());
  for (let at = 1; at <= count; at++) feed.push(makeFrame({ now_s: at / 10, totals: totals(at) }));
  return feed;
}

describe('buckets', () => {
  it('have round widths and at most about ninety in a window', () => {
    expect([9, 30, 120, 600].map(bucketWidth)).toEqual([expect.closeTo(0.1), expect.closeTo(0.5), 2, 10]);
  });

  it('hold whole frames and leave out the one still filling', () => {
    const rows = Array.from({ length: 303 }, (_, at) => ({
      at_s: (at + 1) / 10,
      window_s: 0.1,
      totals: makeTotals(),
    }));
    const buckets = bucketsOf(rows);
    expect(new Set(buckets.map((bucket) => bucket.rows.length))).toEqual(new Set([5]));
    expect(buckets.at(-1)?.at_s).toBeCloseTo(30);
  });
});

describe('charts', () => {
  it('stack failures by cause on what was answered, with the same totals', () => {
    const feed = feedWith(50, (at) => ({
      throughput_rps: 80,
      failed_by_cause: at > 25 ? { timeout: 20 } : { refused: 5 },
    }));
    const { series } = chartData('throughput', feed, 30, [], TEXTS);
    expect(series.map(({ label }) => label)).toEqual(['answered', 'cause refused', 'cause timeout']);
    expect(series.map(({ values }) => values.at(-1))).toEqual([
      expect.closeTo(80),
      expect.closeTo(0),
      expect.closeTo(20),
    ]);
    expect(stacked(series).map((values) => values.at(-1))).toEqual([
      expect.closeTo(80),
      expect.closeTo(80),
      expect.closeTo(100),
    ]);
  });

  it('show only the window asked for', () => {
    const feed = feedWith(600, () => ({}));
    const { at_s } = chartData('latency', feed, 30, [], TEXTS);
    expect(at_s[0]).toBeGreaterThanOrEqual(30);
    expect(at_s.at(-1)).toBeCloseTo(60);
  });

  it('leave gaps where a figure does not apply', () => {
    const feed = feedWith(5, (at) => ({ hit_ratio: at < 3 ? null : 0.9 }));
    const { series } = chartData('hit', feed, 30, [], TEXTS);
    expect(series[0]?.values).toEqual([null, null, ...[1, 2, 3].map(() => expect.closeTo(0.9))]);
  });

  it('show the selected nodes, or else the busiest', () => {
    const feed = feedWith(NODE_SLOT_FRAMES, () => ({}));
    expect(largestNodes(feed, 'utilization_ratio', 1)).toEqual(['b']);
    expect(chartData('utilization', feed, 30, [], TEXTS).series.map(({ label }) => label)).toEqual([
      'node b',
      'node c',
    ]);
    const chosen = chartData('utilization', feed, 30, ['c'], TEXTS).series;
    expect(chosen).toMatchObject([{ label: 'node c', values: [expect.closeTo(0.3)] }]);
  });

  it('draw fills in the colour of their line', () => {
    expect(withAlpha('#1f7a4d', 0.5)).toBe('#1f7a4d80');
    expect(withAlpha('rgb(1 2 3)', 0.5)).toBe('rgb(1 2 3)');
  });
});
