/** What an edit of the running design changed: the seconds before it against the seconds after it. Pure. */
import type { Feed } from './feed';
import { formatRate, formatRatio, formatSeconds } from './format';
import type { TotalsRow } from './frames';
import type { Totals } from './protocol';

export const COMPARED_S = 5;
export const SHOWN_S = 10;
/** A window with less than this share of itself on record says nothing. */
const RECORDED_RATIO = 0.5;
/** Smaller differences are noise: relative for rates and times, absolute for shares. */
const RELATIVE_LEAST = 0.08;
const SHARE_LEAST = 0.02;

export type Measure = 'p99' | 'throughput' | 'failed' | 'busiest';

export interface Difference {
  measure: Measure;
  before: number;
  after: number;
}

export interface Compared {
  /** simulated moment of the last edit of the group */
  at_s: number;
  differences: Difference[];
}

/** The newest edits' effect, once it can be told and until it is old; null otherwise. */
export function compared(feed: Feed): Compared | null {
  const now_s = feed.frame?.now_s;
  if (now_s === undefined) return null;
  const edits = feed.eventsWithin(3 * SHOWN_S).filter(({ kind }) => kind === 'edit');
  const last_s = edits.at(-1)?.at_s;
  if (last_s === undefined || now_s < last_s + COMPARED_S) return null;
  if (now_s > last_s + COMPARED_S + SHOWN_S) return null;
  let first_s = last_s;
  // Edits close together are one: between them nothing can be told apart.
  for (const { at_s } of edits.toReversed()) if (first_s - at_s < COMPARED_S) first_s = at_s;
  const before = windowOf(feed, first_s);
  const after = windowOf(feed, last_s + COMPARED_S);
  if (!before || !after) return null;
  const measures = Object.keys(after) as Measure[];
  const differences = measures.flatMap((measure) => {
    const [was, is] = [before[measure], after[measure]];
    if (was === null || is === null || !matters(measure, was, is)) return [];
    return [{ measure, before: was, after: is }];
  });
  return { at_s: last_s, differences };
}

/** Means over the window that ends at `until_s`; null while too little of it is on record. */
function windowOf(feed: Feed, until_s: number): Record<Measure, number | null> | null {
  const since_s = until_s - COMPARED_S;
  const rows = feed.history
    .rowsWithin(Number.POSITIVE_INFINITY)
    .filter(({ at_s }) => at_s > since_s + 1e-6 && at_s <= until_s + 1e-6);
  const recorded_s = rows.reduce((sum, row) => sum + row.window_s, 0);
  if (recorded_s < RECORDED_RATIO * COMPARED_S) return null;
  const throughput = mean(rows, (totals) => totals.throughput_rps) ?? 0;
  const failed = mean(rows, (totals) => totals.failed_rps) ?? 0;
  return {
    p99: mean(rows, (totals) => totals.latency_p99_s),
    throughput,
    failed: throughput + failed > 0 ? failed / (throughput + failed) : null,
    busiest: busiest(feed, since_s, until_s),
  };
}

function mean(rows: readonly TotalsRow[], of: (totals: Totals) => number | null): number | null {
  const known = rows.flatMap(({ totals }) => {
    const value = of(totals);
    return value === null ? [] : [value];
  });
  return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : null;
}

/** The largest mean utilization of any node. */
function busiest(feed: Feed, since_s: number, until_s: number): number | null {
  const nodes = feed.layout?.nodes ?? [];
  const { at_s, values } = feed.history.nodeSeries('utilization_ratio', nodes, Number.POSITIVE_INFINITY);
  const means = values.flatMap((column) => {
    const known = column.filter(
      (value, at): value is number =>
        value !== null && (at_s[at] ?? 0) > since_s && (at_s[at] ?? 0) <= until_s + 1e-6,
    );
    return known.length > 0 ? [known.reduce((sum, value) => sum + value, 0) / known.length] : [];
  });
  return means.length > 0 ? Math.max(...means) : null;
}

function matters(measure: Measure, was: number, is: number): boolean {
  if (measure === 'failed' || measure === 'busiest') return Math.abs(is - was) >= SHARE_LEAST;
  return Math.abs(is - was) >= RELATIVE_LEAST * Math.max(was, is);
}

/** "−12 ms", "+40/s", "32 % → 25 %" */
export function differenceText({ measure, before, after }: Difference): string {
  if (measure === 'failed' || measure === 'busiest') {
    return `${formatRatio(before)} → ${formatRatio(after)}`;
  }
  const sign = after < before ? '−' : '+';
  const size = Math.abs(after - before);
  return sign + (measure === 'p99' ? formatSeconds(size) : formatRate(size));
}
