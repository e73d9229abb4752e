/** Frames for tests: nodes a → b → c with quiet figures, and whatever a test wants otherwise. */
import type { Frame } from './frames';
import type { ClassSeries, EdgeSeries, Layout, NodeSeries, Totals, Trace } from './protocol';

export function makeLayout(): Layout {
  return { version: 1, nodes: ['a', 'b', 'c'], edges: ['ab', 'bc'], classes: ['read', 'write'], regions: [] };
}

export function makeTotals(totals: Partial<Totals> = {}): Totals {
  return {
    offered_rps: 100,
    throughput_rps: 100,
    failed_rps: 0,
    in_flight: 4,
    latency_mean_s: 0.02,
    latency_p50_s: 0.02,
    latency_p95_s: 0.03,
    latency_p99_s: 0.038,
    latency_window_s: 5,
    hit_ratio: null,
    retry_amplification_ratio: 1,
    failed_by_cause: {},
    offered_count: 0,
    completed_count: 0,
    failed_count: 0,
    stale_reads_count: 0,
    lost_writes_count: 0,
    moved_keys_count: 0,
    diverged_writes_count: 0,
    lost_messages_count: 0,
    redelivered_count: 0,
    dead_letters_count: 0,
    duplicates_count: 0,
    wasted_count: 0,
    cost_usd: 0.5,
    cost_usd_per_h: 0.2,
    ...totals,
  };
}

export interface FrameWish {
  now_s?: number;
  layout?: number;
  totals?: Partial<Totals>;
  nodes?: Partial<NodeSeries>;
  edges?: Partial<EdgeSeries>;
  classes?: Partial<ClassSeries>;
  events?: Frame['events'];
  traces?: Partial<Trace>[];
}

export function makeFrame(wish: FrameWish): Frame {
  return {
    now_s: wish.now_s ?? 1,
    window_s: 0.1,
    layout: wish.layout ?? 1,
    totals: makeTotals(wish.totals),
    nodes: {
      arrival_rps: [100, 100, 100],
      throughput_rps: [100, 100, 100],
      failed_rps: [0, 0, 0],
      in_flight: [2, 1, 1],
      in_flight_mean: [2, 1, 1],
      utilization_ratio: [null, 0.4, 0.3],
      queue_length: [0, 0, 0],
      queue_length_mean: [null, 0, 0],
      wait_mean_s: [null, 0, 0],
      latency_p50_s: [0.02, 0.02, 0.01],
      latency_p99_s: [0.04, 0.04, 0.02],
      hit_ratio: [null, null, null],
      state: ['up', 'up', 'up'],
      mode: ['', '', ''],
      lag_s: [null, null, null],
      busiest_ratio: [null, null, null],
      keys_to_move: [null, null, null],
      degraded_rps: [null, null, null],
      stale_rps: [null, null, null],
      cost_usd_per_h: [null, 0.1, 0.1],
      instances: [null, null, null],
      ...wish.nodes,
    },
    edges: {
      rate_rps: [100, 100],
      failed_rps: [0, 0],
      state: ['up', 'up'],
      believed_healthy: [true, true],
      ...wish.edges,
    },
    classes: {
      throughput_rps: [90, 10],
      failed_rps: [0, 0],
      latency_p50_s: [0.02, 0.03],
      latency_p99_s: [0.03, 0.04],
      ...wish.classes,
    },
    regions: { offered_rps: [], throughput_rps: [], failed_rps: [], latency_p99_s: [] },
    events: wish.events ?? [],
    followed: [],
    traces: (wish.traces ?? []).map((trace, id) => ({
      id,
      class: 0,
      outcome: 'ok',
      blame: -1,
      started_s: 0,
      ended_s: 0.02,
      spans: [],
      ...trace,
    })),
  };
}
