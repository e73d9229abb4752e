/** Where the time of one request went: each visit to a node, cut into travelling, waiting and work. Pure. */
import type { DetailedSpan, DetailedTrace } from '../core/protocol';

export const RUNNING = 'running';

export interface Visit {
  /** place among the spans */
  number: number;
  span: DetailedSpan;
  depth: number;
  /** seconds on the way here, waiting for a turn, and neither waiting nor away at what it called */
  travel_s: number;
  wait_s: number;
  work_s: number;
  running: boolean;
}

export type PartName = 'travel' | 'wait' | 'work';

export interface Longest {
  part: PartName;
  visit: Visit;
  time_s: number;
}

/** The visits in the order in which they were called for, callers before what they called. */
export function visitsOf(trace: DetailedTrace): Visit[] {
  const below = new Map<number, number[]>();
  trace.spans.forEach((span, at) => {
    below.set(span.parent, [...(below.get(span.parent) ?? []), at]);
  });
  const visits: Visit[] = [];
  const visit = (at: number, depth: number): void => {
    const span = trace.spans[at];
    if (!span) return;
    const called = (below.get(at) ?? []).sort((a, b) => calledAt(trace, a) - calledAt(trace, b));
    visits.push(partsOf(trace, at, span, depth, called));
    for (const child of called) visit(child, depth + 1);
  };
  for (const root of below.get(-1) ?? []) visit(root, 0);
  return visits;
}

function calledAt(trace: DetailedTrace, at: number): number {
  return trace.spans[at]?.called_s ?? 0;
}

function partsOf(
  trace: DetailedTrace,
  number: number,
  span: DetailedSpan,
  depth: number,
  called: readonly number[],
): Visit {
  const here_s = Math.max(0, span.ended_s - span.arrived_s);
  const wait_s = Math.min(span.wait_s, here_s);
  return {
    number,
    span,
    depth,
    travel_s: Math.max(0, span.arrived_s - span.called_s),
    wait_s,
    work_s: Math.max(0, here_s - wait_s - away(trace, span, called)),
    running: span.outcome === RUNNING,
  };
}

/** How long at least one call was under way: calls at the same time count once. */
function away(trace: DetailedTrace, span: DetailedSpan, called: readonly number[]): number {
  let sum_s = 0;
  let until_s = span.arrived_s;
  for (const at of called) {
    const child = trace.spans[at] as DetailedSpan;
    const ends_s = Math.min(child.ended_s, span.ended_s);
    sum_s += Math.max(0, ends_s - Math.max(child.called_s, until_s));
    until_s = Math.max(until_s, ends_s);
  }
  return sum_s;
}

/** What took longest of all. */
export function longestOf(visits: readonly Visit[]): Longest | null {
  let longest: Longest | null = null;
  for (const visit of visits) {
    for (const part of ['wait', 'work', 'travel'] as const) {
      const time_s = visit[`${part}_s`];
      if (time_s > 0 && (!longest || time_s > longest.time_s)) longest = { part, visit, time_s };
    }
  }
  return longest;
}

/** Sums over all visits: visits at the same time count each. */
export function sumsOf(visits: readonly Visit[]): Record<PartName, number> {
  const sum = (part: PartName) => visits.reduce((all, visit) => all + visit[`${part}_s`], 0);
  return { travel: sum('travel'), wait: sum('wait'), work: sum('work') };
}
