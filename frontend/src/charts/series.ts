/** What each chart shows: moments and named columns, made from the history. Pure, so that it can be tested. */
import type { Feed } from '../core/feed';
import { formatCount, formatRate, formatRatio, formatSeconds } from '../core/format';
import type { SlotChannel, TotalsRow } from '../core/frames';
import type { Totals } from '../core/protocol';

export type Values = (number | null)[];

export interface Series {
  label: string;
  /** a CSS variable */
  colour: string;
  /** the line is told apart by its dashes as well as by its colour */
  dash: number[];
  values: Values;
}

export interface ChartData {
  at_s: number[];
  series: Series[];
}

export interface ChartKind {
  id:
    | 'throughput'
    | 'latency'
    | 'hit'
    | 'utilization'
    | 'queue'
    | 'node_throughput'
    | 'node_latency'
    | 'node_hit';
  stacked: boolean;
  /** shown figure = SI value × this */
  factor: number;
  format: (si: number | null) => string;
  /** upper end of the axis in shown units, when it is known */
  top: number | null;
}

export const CHARTS: readonly ChartKind[] = [
  { id: 'throughput', stacked: true, factor: 1, format: formatRate, top: null },
  { id: 'latency', stacked: false, factor: 1000, format: formatSeconds, top: null },
  { id: 'utilization', stacked: false, factor: 100, format: formatRatio, top: 100 },
  { id: 'queue', stacked: false, factor: 1, format: formatCount, top: null },
  { id: 'hit', stacked: false, factor: 100, format: formatRatio, top: 100 },
];

/** Of one node, beside its figures. `channel` tells whether the chart applies to it. */
export const NODE_CHARTS: readonly (ChartKind & { channel: SlotChannel })[] = [
  {
    id: 'node_throughput',
    channel: 'throughput_rps',
    stacked: true,
    factor: 1,
    format: formatRate,
    top: null,
  },
  {
    id: 'node_latency',
    channel: 'latency_p99_s',
    stacked: false,
    factor: 1000,
    format: formatSeconds,
    top: null,
  },
  {
    id: 'utilization',
    channel: 'utilization_ratio',
    stacked: false,
    factor: 100,
    format: formatRatio,
    top: 100,
  },
  { id: 'queue', channel: 'queue_length', stacked: false, factor: 1, format: formatCount, top: null },
  { id: 'node_hit', channel: 'hit_ratio', stacked: false, factor: 100, format: formatRatio, top: 100 },
];

/** As many points as an eye can follow; also calms the noise of single frames. */
const POINTS = 90;
const NODES_SHOWN = 4;
const STEPS_S = [1, 2, 5];

const DASHES: number[][] = [[], [6, 3], [2, 3], [9, 3, 2, 3], [4, 2], [1, 4]];
const NODE_COLOURS = ['--chart-1', '--chart-2', '--chart-3', '--chart-4', '--chart-5', '--chart-6'];
const FAILURE_COLOURS = ['--chart-f1', '--chart-f2', '--chart-f3', '--chart-f4'];

/** The step of 1, 2, 5, 10, … at or above `span_s / POINTS`, so that buckets keep their edges as time goes on. */
export function bucketWidth(span_s: number): number {
  const least = Math.max(span_s / POINTS, 1e-4);
  const decade = 10 ** Math.floor(Math.log10(least));
  const step = STEPS_S.find((candidate) => candidate * decade >= least * (1 - 1e-9));
  return (step ?? 10) * decade;
}

interface Bucket {
  at_s: number;
  rows: TotalsRow[];
}

export function bucketsOf(rows: readonly TotalsRow[]): Bucket[] {
  const first = rows[0];
  const last = rows.at(-1);
  if (!first || !last) return [];
  const width = bucketWidth(last.at_s - first.at_s);
  const buckets: Bucket[] = [];
  let open = Number.NaN;
  for (const row of rows) {
    // A frame belongs to where its window lies, and a moment exactly on an edge to the bucket before it.
    const index = Math.ceil(row.at_s / width - 1e-6);
    if (index !== open) buckets.push({ at_s: row.at_s, rows: [] });
    open = index;
    const bucket = buckets.at(-1) as Bucket;
    bucket.rows.push(row);
    bucket.at_s = row.at_s;
  }
  // The newest bucket is still filling; its mean would jump about.
  const full = last.at_s >= open * width - 1e-6 * width;
  return full || buckets.length < 3 ? buckets : buckets.slice(0, -1);
}

/** Mean over the rows' windows; null where nothing is known. */
function mean(rows: readonly TotalsRow[], of: (totals: Totals) => number | null | undefined): number | null {
  let sum = 0;
  let weight = 0;
  for (const row of rows) {
    const value = of(row.totals);
    if (value === null || value === undefined) continue;
    sum += value * row.window_s;
    weight += row.window_s;
  }
  return weight > 0 ? sum / weight : null;
}

export interface SeriesTexts {
  ok: string;
  failed: string;
  hits: string;
  cause: (cause: string) => string;
  node: (id: string) => string;
}

export function chartData(
  chart: ChartKind['id'],
  feed: Feed,
  window_s: number,
  nodes: readonly string[],
  texts: SeriesTexts,
): ChartData {
  switch (chart) {
    case 'throughput':
      return throughput(feed.history.rowsWithin(window_s), texts);
    case 'latency':
      return latency(feed.history.rowsWithin(window_s));
    case 'hit':
      return hitRatio(feed.history.rowsWithin(window_s), texts);
    case 'utilization':
      return nodeData(feed, 'utilization_ratio', window_s, nodes, texts);
    case 'queue':
      return nodeData(feed, 'queue_length', window_s, nodes, texts);
    case 'node_throughput':
      return nodeOutcomes(feed, window_s, nodes, texts);
    case 'node_latency':
      return nodeData(feed, 'latency_p99_s', window_s, nodes, { ...texts, node: () => 'p99' });
    case 'node_hit':
      return nodeData(feed, 'hit_ratio', window_s, nodes, texts);
  }
}

function throughput(rows: readonly TotalsRow[], texts: SeriesTexts): ChartData {
  const buckets = bucketsOf(rows);
  const causes = new Set<string>();
  for (const row of rows) for (const cause of Object.keys(row.totals.failed_by_cause)) causes.add(cause);
  const failures = [...causes].sort().map((cause, at) => ({
    label: texts.cause(cause),
    colour: FAILURE_COLOURS[at % FAILURE_COLOURS.length] as string,
    dash: DASHES[(at + 1) % DASHES.length] as number[],
    values: buckets.map((bucket) => mean(bucket.rows, (totals) => totals.failed_by_cause[cause] ?? 0)),
  }));
  const answered = {
    label: texts.ok,
    colour: '--chart-ok',
    dash: [],
    values: buckets.map((bucket) => mean(bucket.rows, (totals) => totals.throughput_rps)),
  };
  return { at_s: buckets.map((bucket) => bucket.at_s), series: [answered, ...failures] };
}

function latency(rows: readonly TotalsRow[]): ChartData {
  const buckets = bucketsOf(rows);
  const column = (of: (totals: Totals) => number | null): Values =>
    buckets.map((bucket) => mean(bucket.rows, of));
  return {
    at_s: buckets.map((bucket) => bucket.at_s),
    series: [
      { label: 'p50', colour: '--chart-1', dash: [], values: column((totals) => totals.latency_p50_s) },
      { label: 'p95', colour: '--chart-2', dash: [6, 3], values: column((totals) => totals.latency_p95_s) },
      { label: 'p99', colour: '--chart-3', dash: [2, 3], values: column((totals) => totals.latency_p99_s) },
    ],
  };
}

function hitRatio(rows: readonly TotalsRow[], texts: SeriesTexts): ChartData {
  const buckets = bucketsOf(rows);
  const values = buckets.map((bucket) => mean(bucket.rows, (totals) => totals.hit_ratio));
  return {
    at_s: buckets.map((bucket) => bucket.at_s),
    series: [{ label: texts.hits, colour: '--chart-1', dash: [], values }],
  };
}

/** What one node answered, and what failed there on top of it. */
function nodeOutcomes(feed: Feed, window_s: number, nodes: readonly string[], texts: SeriesTexts): ChartData {
  const column = (channel: SlotChannel) => feed.history.nodeSeries(channel, nodes.slice(0, 1), window_s);
  const answered = column('throughput_rps');
  const failed = column('failed_rps');
  return {
    at_s: answered.at_s,
    series: [
      { label: texts.ok, colour: '--chart-ok', dash: [], values: answered.values[0] ?? [] },
      { label: texts.failed, colour: '--chart-f1', dash: [6, 3], values: failed.values[0] ?? [] },
    ],
  };
}

function nodeData(
  feed: Feed,
  channel: SlotChannel,
  window_s: number,
  nodes: readonly string[],
  texts: SeriesTexts,
): ChartData {
  const chosen = nodes.length > 0 ? nodes.slice(0, NODE_COLOURS.length) : largestNodes(feed, channel);
  const { at_s, values } = feed.history.nodeSeries(channel, chosen, window_s);
  const series = chosen.map((id, at) => ({
    label: texts.node(id),
    colour: NODE_COLOURS[at % NODE_COLOURS.length] as string,
    dash: DASHES[at % DASHES.length] as number[],
    values: values[at] ?? [],
  }));
  return { at_s, series };
}

/** The nodes with the largest smoothed figure, in the layout's order so that colours do not change places. */
export function largestNodes(feed: Feed, channel: SlotChannel, most: number = NODES_SHOWN): string[] {
  const column = feed.smoothed.nodes[channel];
  const nodes = feed.layout?.nodes ?? [];
  const known = nodes.map((id, at) => ({ id, at, value: column[at] ?? Number.NaN }));
  return known
    .filter(({ value }) => !Number.isNaN(value))
    .sort((a, b) => b.value - a.value || a.at - b.at)
    .slice(0, most)
    .sort((a, b) => a.at - b.at)
    .map(({ id }) => id);
}

/** Running sums from the first series up, for drawing one on top of another. */
export function stacked(series: readonly Series[]): Values[] {
  let below: Values = [];
  return series.map(({ values }) => {
    const sums = values.map((value, at) => (value === null ? null : value + (below[at] ?? 0)));
    below = sums;
    return sums;
  });
}
