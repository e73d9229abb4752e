/** What a claim of a lesson measures, read from the run that is being watched. SI units; NaN: nothing known. */
import type { Feed } from './feed';
import type { NodeChannel, TotalsRow } from './frames';
import type { LessonClaim, Totals } from './protocol';

/** Whole-run figures are means over this many simulated seconds: shorter flickers, longer hides what a click changed. */
export const LIVE_WINDOW_S = 5;

const OF_NODES: Readonly<Record<string, NodeChannel>> = {
  latency_p50_s: 'latency_p50_s',
  latency_p99_s: 'latency_p99_s',
  throughput_rps: 'throughput_rps',
  arrival_rate_rps: 'arrival_rps',
  cost_usd_per_h: 'cost_usd_per_h',
  utilization_ratio: 'utilization_ratio',
  busiest_shard_ratio: 'busiest_ratio',
  hit_ratio: 'hit_ratio',
  queue_length: 'queue_length',
};

const OF_TOTALS: Readonly<Record<string, (totals: Totals) => number | null>> = {
  latency_p50_s: (totals) => totals.latency_p50_s,
  latency_mean_s: (totals) => totals.latency_mean_s,
  latency_p99_s: (totals) => totals.latency_p99_s,
  throughput_rps: (totals) => totals.throughput_rps,
  arrival_rate_rps: (totals) => totals.offered_rps,
  tries_ratio: (totals) => totals.retry_amplification_ratio,
  cost_usd_per_h: (totals) => totals.cost_usd_per_h,
  hit_ratio: (totals) => totals.hit_ratio,
};

/** Counted over the whole system: a claim compares them over a window as long as its own. */
const COUNTS: Readonly<Record<string, (totals: Totals) => number>> = {
  stale_reads: (totals) => totals.stale_reads_count,
  lost_writes: (totals) => totals.lost_writes_count,
  moved_keys: (totals) => totals.moved_keys_count,
  diverged_writes: (totals) => totals.diverged_writes_count,
  lost_messages: (totals) => totals.lost_messages_count,
  redelivered: (totals) => totals.redelivered_count,
  dead_letters: (totals) => totals.dead_letters_count,
  duplicates: (totals) => totals.duplicates_count,
};

/** Over how many simulated seconds a claim is read live. */
export function liveWindow_s(claim: LessonClaim): number {
  return COUNTS[claim.measure] ? claim.until_s - claim.from_s : LIVE_WINDOW_S;
}

/** @param classNames what the claim's request class may be called in the document */
export function liveMeasure(feed: Feed, claim: LessonClaim, classNames: readonly string[]): number {
  const counted = COUNTS[claim.measure];
  if (counted) return growth(feed.history.rowsWithin(liveWindow_s(claim)), counted);
  if (claim.node_id !== null) return ofNode(feed, claim.measure, claim.node_id);
  if (claim.request_class !== null) return ofClass(feed, claim.measure, classNames);
  const rows = feed.history.rowsWithin(LIVE_WINDOW_S);
  if (claim.measure === 'failed_ratio') {
    const failed = mean(rows, (totals) => totals.failed_rps);
    return failed / (failed + mean(rows, (totals) => totals.throughput_rps));
  }
  const read = OF_TOTALS[claim.measure];
  return read ? mean(rows, read) : Number.NaN;
}

function ofNode(feed: Feed, measure: string, nodeId: string): number {
  const at = feed.nodeAt(nodeId);
  if (at === undefined || !feed.frame) return Number.NaN;
  const value = (channel: NodeChannel) => feed.smoothed.nodes[channel][at] ?? Number.NaN;
  if (measure === 'failed_ratio') {
    return value('failed_rps') / (value('failed_rps') + value('throughput_rps'));
  }
  // A frame tells how many instances run where that is not one.
  if (measure === 'instances') return feed.frame.nodes.instances[at] ?? 1;
  const channel = OF_NODES[measure];
  return channel ? value(channel) : Number.NaN;
}

function ofClass(feed: Feed, measure: string, names: readonly string[]): number {
  const at = feed.layout?.classes.findIndex((name) => names.includes(name)) ?? -1;
  const { classes } = feed.smoothed;
  const value = (column: Float64Array) => column[at] ?? Number.NaN;
  switch (measure) {
    case 'failed_ratio':
      return value(classes.failed_rps) / (value(classes.failed_rps) + value(classes.throughput_rps));
    case 'latency_p50_s':
      return value(classes.latency_p50_s);
    case 'latency_p99_s':
      return value(classes.latency_p99_s);
    case 'throughput_rps':
      return value(classes.throughput_rps);
    default:
      return Number.NaN;
  }
}

/** Mean over the rows' windows, of those in which the figure is known. */
function mean(rows: readonly TotalsRow[], of: (totals: Totals) => number | null): number {
  let sum = 0;
  let weight = 0;
  for (const row of rows) {
    const value = of(row.totals);
    if (value === null) continue;
    sum += value * row.window_s;
    weight += row.window_s;
  }
  return weight > 0 ? sum / weight : Number.NaN;
}

function growth(rows: readonly TotalsRow[], of: (totals: Totals) => number): number {
  const first = rows[0];
  const last = rows.at(-1);
  return first && last ? of(last.totals) - of(first.totals) : Number.NaN;
}
