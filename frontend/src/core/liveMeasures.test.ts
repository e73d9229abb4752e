import { describe, expect, it } from 'vitest';
import { Feed } from './feed';
import { makeFrame, makeLayout } from './fixtures';
import { LIVE_WINDOW_S, liveMeasure, liveWindow_s } from './liveMeasures';
import type { LessonClaim } from './protocol';

function claim(measure: string, more: Partial<LessonClaim> = {}): LessonClaim {
  return {
    measure,
    title: measure,
    unit: 'count',
    node_id: null,
    request_class: null,
    from_s: 20,
    until_s: 60,
    without: 1,
    technique: 0,
    published: null,
    published_source: null,
    ...more,
  };
}

function running(): Feed {
  const feed = new Feed(() => 0);
  feed.setLayout(makeLayout());
  for (let at = 1; at <= 100; at++) {
    const late = at > 40;
    feed.push(
      makeFrame({
        now_s: at,
        totals: {
          throughput_rps: late ? 75 : 100,
          failed_rps: late ? 25 : 0,
          latency_p99_s: late ? 0.4 : 0.1,
          stale_reads_count: at * 3,
        },
        nodes: { utilization_ratio: [null, 0.4, 0.3], instances: [null, 3, null], failed_rps: [0, 100, 0] },
        classes: { throughput_rps: [90, 5], failed_rps: [0, 15], latency_p50_s: [0.02, 0.5] },
      }),
    );
  }
  return feed;
}

describe('live figures of claims', () => {
  const feed = running();
  const read = (measure: string, more: Partial<LessonClaim> = {}, names: string[] = []) =>
    liveMeasure(feed, claim(measure, more), names);

  it('of the whole run are means over the last seconds', () => {
    expect(read('failed_ratio')).toBeCloseTo(0.25);
    expect(read('latency_p99_s')).toBeCloseTo(0.4);
    expect(liveWindow_s(claim('failed_ratio'))).toBe(LIVE_WINDOW_S);
  });

  it('that are counts grow over a window as long as the claim’s', () => {
    expect(read('stale_reads')).toBe(120);
    expect(liveWindow_s(claim('stale_reads'))).toBe(40);
  });

  it('of a component are its own', () => {
    expect(read('utilization_ratio', { node_id: 'b' })).toBeCloseTo(0.4);
    expect(read('failed_ratio', { node_id: 'b' })).toBeCloseTo(0.5);
    expect(read('instances', { node_id: 'b' })).toBe(3);
    expect(read('instances', { node_id: 'c' })).toBe(1);
    expect(read('hit_ratio', { node_id: 'b' })).toBeNaN();
    expect(read('utilization_ratio', { node_id: 'gone' })).toBeNaN();
  });

  it('of a request class are found by any of its names', () => {
    expect(read('failed_ratio', { request_class: 'write' }, ['write', '쓰기'])).toBeCloseTo(0.75);
    expect(read('latency_p50_s', { request_class: 'write' }, ['쓰기', 'write'])).toBeCloseTo(0.5);
    expect(read('latency_p50_s', { request_class: 'job' }, ['job'])).toBeNaN();
  });

  it('are unknown before the run', () => {
    const idle = new Feed(() => 0);
    for (const measure of ['failed_ratio', 'stale_reads', 'latency_p50_s']) {
      expect(liveMeasure(idle, claim(measure), [])).toBeNaN();
    }
    expect(liveMeasure(idle, claim('instances', { node_id: 'b' }), [])).toBeNaN();
  });
});
