/** Where each figure of a node stands in the strip at the bottom of its card; for drawing and for hovering. */
import type { Feed } from './feed';
import { formatCost, formatCount, formatRate, formatRatio, formatSeconds } from './format';
import type { NodeChannel } from './frames';
import { GAUGE_HEIGHT, type Point, type Rect } from './geometry';

export const RING_RADIUS = 16;
const PADDING = 9;
const ROW_HEIGHT = 18;
/** Below this zoom there is room for two figures of a legible size instead of four. */
export const LARGE_BELOW_ZOOM = 0.8;
/** The first column holds the shorter figures. */
const FIRST_COLUMN = 0.46;

export interface GaugeCell {
  channel: NodeChannel;
  /** the text key of the short word before the figure; null where the unit says enough */
  label: string | null;
  text: string;
  rect: Rect;
  ring: boolean;
}

/** How each figure of a node is written. */
export const NODE_FORMATS: Record<NodeChannel, (value: number | null) => string> = {
  arrival_rps: formatRate,
  throughput_rps: formatRate,
  failed_rps: formatRate,
  in_flight: formatCount,
  utilization_ratio: formatRatio,
  queue_length: formatCount,
  latency_p50_s: formatSeconds,
  latency_p99_s: formatSeconds,
  hit_ratio: formatRatio,
  lag_s: formatSeconds,
  busiest_ratio: formatRatio,
  keys_to_move: formatCount,
  degraded_rps: formatRate,
  stale_rps: formatRate,
  cost_usd_per_h: formatCost,
  instances: formatCount,
};

const LABELS: Partial<Record<NodeChannel, string>> = {
  in_flight: 'live.gauge.in_flight',
  queue_length: 'live.gauge.queue',
  latency_p99_s: 'live.gauge.p99',
  hit_ratio: 'live.gauge.hit',
  lag_s: 'live.gauge.lag',
  busiest_ratio: 'live.gauge.busiest',
  keys_to_move: 'live.gauge.to_move',
  degraded_rps: 'live.gauge.degraded',
  stale_rps: 'live.gauge.stale',
};

/** Counts of people and jobs are shown whole: "0.3 waiting" is a mean, not something to see. */
const WHOLE: ReadonlySet<NodeChannel> = new Set(['in_flight', 'queue_length', 'keys_to_move', 'instances']);

export function formatChannel(channel: NodeChannel, value: number | null): string {
  if (value !== null && WHOLE.has(channel)) {
    return NODE_FORMATS[channel](value >= 1 ? Math.round(value) : Math.round(value * 10) / 10);
  }
  return NODE_FORMATS[channel](value);
}

/** The middle of a node's load ring. */
export function ringCentre(rect: Rect): Point {
  return { x: rect.x + PADDING + RING_RADIUS, y: rect.y + rect.h - GAUGE_HEIGHT / 2 };
}

/** The figures a node has room for, the most telling first; none before the first frame. */
export function gaugeCells(feed: Feed, node: number, rect: Rect, zoom: number): GaugeCell[] {
  const { nodes } = feed.smoothed;
  const value = (channel: NodeChannel): number | null => {
    const known = nodes[channel][node];
    return known === undefined || Number.isNaN(known) ? null : known;
  };
  if (value('throughput_rps') === null) return [];
  const top = rect.y + rect.h - GAUGE_HEIGHT;
  const cells: GaugeCell[] = [];
  const utilization = value('utilization_ratio');
  let left = rect.x + PADDING;
  if (utilization !== null) {
    const size = 2 * RING_RADIUS;
    cells.push({
      channel: 'utilization_ratio',
      label: null,
      text: `${Math.round(utilization * 100)}`,
      rect: { x: left, y: top + (GAUGE_HEIGHT - size) / 2, w: size, h: size },
      ring: true,
    });
    left += size + 8;
  }
  const columns = zoom < LARGE_BELOW_ZOOM ? 1 : 2;
  const room = rect.x + rect.w - 4 - left;
  const first = columns === 1 ? room : room * FIRST_COLUMN;
  const channels = textChannels(value).slice(0, 2 * columns);
  channels.forEach((channel, at) => {
    const second = at % columns === 1;
    const y = top + (GAUGE_HEIGHT - 2 * ROW_HEIGHT) / 2 + Math.floor(at / columns) * ROW_HEIGHT;
    cells.push({
      channel,
      label: LABELS[channel] ?? null,
      text: formatChannel(channel, value(channel)),
      rect: { x: second ? left + first : left, y, w: second ? room - first : first, h: ROW_HEIGHT },
      ring: false,
    });
  });
  return cells;
}

function textChannels(value: (channel: NodeChannel) => number | null): NodeChannel[] {
  const channels: NodeChannel[] = ['throughput_rps'];
  if (value('hit_ratio') !== null) channels.push('hit_ratio');
  channels.push('latency_p99_s');
  if (value('queue_length') !== null) channels.push('queue_length');
  if (channels.length < 4 && (value('keys_to_move') ?? 0) > 0) channels.push('keys_to_move');
  if (channels.length < 4 && (value('degraded_rps') ?? 0) > 0) channels.push('degraded_rps');
  if (channels.length < 4 && (value('stale_rps') ?? 0) > 0) channels.push('stale_rps');
  if (channels.length < 4 && value('busiest_ratio') !== null) channels.push('busiest_ratio');
  if (channels.length < 4 && value('lag_s') !== null) channels.push('lag_s');
  if (channels.length < 4 && value('in_flight') !== null) channels.push('in_flight');
  return channels.slice(0, 4);
}
