/** The run's figures as a table for other programs (RFC 4180): units in the headings, one row per second or per frame. */
import type { ScenarioDocument } from '../core/document';
import type { Feed } from '../core/feed';
import { SLOT_CHANNELS, type SlotChannel, type TotalsRow } from '../core/frames';

export type Rows = 'second' | 'frame';

/** Tells spreadsheet programs that the text is UTF-8, or Korean names come out broken. */
const MARK = '\ufeff';
const UNITS: Record<SlotChannel, string> = {
  utilization_ratio: 'ratio',
  queue_length: 'count',
  throughput_rps: '1/s',
  failed_rps: '1/s',
  latency_p99_s: 's',
  hit_ratio: 'ratio',
};

type Cell = number | null;

export function csvOf(
  feed: Feed,
  document: ScenarioDocument,
  rows: Rows,
  t: (key: string) => string,
): string {
  const history = feed.history.rows.from(0);
  const groups = rows === 'frame' ? history.map((row) => [row]) : bySecond(history);
  const causes = [...new Set(history.flatMap((row) => Object.keys(row.totals.failed_by_cause)))].sort();
  const totals: [string, (row: TotalsRow) => Cell | undefined][] = [
    ['offered [1/s]', ({ totals: now }) => now.offered_rps],
    ['throughput [1/s]', ({ totals: now }) => now.throughput_rps],
    ['failed [1/s]', ({ totals: now }) => now.failed_rps],
    ['latency p50 [s]', ({ totals: now }) => now.latency_p50_s],
    ['latency p95 [s]', ({ totals: now }) => now.latency_p95_s],
    ['latency p99 [s]', ({ totals: now }) => now.latency_p99_s],
    ['hit ratio', ({ totals: now }) => now.hit_ratio],
    ...causes.map((cause): [string, (row: TotalsRow) => Cell] => [
      `failed: ${cause} [1/s]`,
      ({ totals: now }) => now.failed_by_cause[cause] ?? 0,
    ]),
  ];
  const nodes = document.nodes.flatMap((node) =>
    SLOT_CHANNELS.map((channel) => ({
      heading: `${node.name || node.id}: ${t(`live.channel.${channel}`)} [${UNITS[channel]}]`,
      ...nodeColumn(feed, channel, node.id),
    })),
  );
  const known = nodes.filter(({ values }) => values.some((value) => value !== null));
  const heading = ['time [s]', ...totals.map(([name]) => name), ...known.map((column) => column.heading)];
  const lines = groups.map((group) => {
    const until_s = group.at(-1)?.at_s ?? 0;
    const from_s = (group[0]?.at_s ?? 0) - (group[0]?.window_s ?? 0);
    return [
      figure(rows === 'second' ? Math.ceil(until_s - 1e-6) : until_s),
      ...totals.map(([, of]) => figure(mean(group, of))),
      ...known.map((column) => figure(between(column, from_s, until_s))),
    ];
  });
  return MARK + [heading.map(quoted), ...lines].map((line) => `${line.join(',')}\r\n`).join('');
}

function bySecond(rows: readonly TotalsRow[]): TotalsRow[][] {
  const groups: TotalsRow[][] = [];
  let open = Number.NaN;
  for (const row of rows) {
    const second = Math.ceil(row.at_s - 1e-6);
    if (second !== open) groups.push([]);
    open = second;
    groups.at(-1)?.push(row);
  }
  return groups;
}

function mean(rows: readonly TotalsRow[], of: (row: TotalsRow) => Cell | undefined): Cell {
  let sum = 0;
  let weight = 0;
  for (const row of rows) {
    const value = of(row);
    if (value === null || value === undefined) continue;
    sum += value * row.window_s;
    weight += row.window_s;
  }
  return weight > 0 ? sum / weight : null;
}

interface Column {
  at_s: number[];
  values: Cell[];
}

function nodeColumn(feed: Feed, channel: SlotChannel, id: string): Column {
  const { at_s, values } = feed.history.nodeSeries(channel, [id], Number.POSITIVE_INFINITY);
  return { at_s, values: values[0] ?? [] };
}

/** Mean of the figures that ended in a span of time; the next one, which covers it, when none did. */
function between({ at_s, values }: Column, from_s: number, until_s: number): Cell {
  let low = 0;
  let high = at_s.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((at_s[middle] as number) <= from_s + 1e-6) low = middle + 1;
    else high = middle;
  }
  const inside: number[] = [];
  for (let at = low; at < at_s.length && (at_s[at] as number) <= until_s + 1e-6; at++) {
    const value = values[at];
    if (value !== null && value !== undefined) inside.push(value);
  }
  if (inside.length === 0) return values[low] ?? null;
  return inside.reduce((sum, value) => sum + value, 0) / inside.length;
}

function figure(value: Cell): string {
  return value === null || !Number.isFinite(value) ? '' : String(Number(value.toPrecision(7)));
}

/** Quoted always: names may hold anything. A leading sign of a formula is kept from being one. */
function quoted(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
