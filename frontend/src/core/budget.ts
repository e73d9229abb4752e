/** How much of what may fail has failed: the error budget of a run, by the target that the document sets. */
import type { Totals } from './protocol';

const TARGETS: readonly number[] = [0.95, 0.99, 0.995, 0.999, 0.9995, 0.9999];
/** The target of a document that says nothing of it. */
export const USUAL_TARGET = 0.999;

export interface Budget {
  /** share of the requests since the start that were answered */
  answered_ratio: number;
  /** what is left of the failures that the target allows for as many requests: below 0 when it is overspent */
  left_ratio: number;
}

/** Null before the first request has ended. */
export function budgetOf(totals: Totals, target_ratio: number): Budget | null {
  const ended = totals.completed_count + totals.failed_count;
  if (ended === 0) return null;
  const failed_ratio = totals.failed_count / ended;
  return { answered_ratio: 1 - failed_ratio, left_ratio: 1 - failed_ratio / (1 - target_ratio) };
}

/** Shares of the requests that are to be answered, to choose from: the usual ones, and the present one. */
export function targetsWith(present: number): readonly number[] {
  return TARGETS.includes(present) ? TARGETS : [...TARGETS, present].sort((a, b) => a - b);
}

/** 0.9995 -> "99.95 %": formatted without rounding, for a target is exact. */
export function targetText(target_ratio: number): string {
  return `${Number((target_ratio * 100).toFixed(4))}\u202f%`;
}
