/**
 * Which node drops requests, why, and about how many a second.
 *
 * Frames count failures by cause for the whole system and say for each sampled trace which node is to blame. A
 * node's share of a cause among the traces of a frame, times that cause's rate, estimates its own rate.
 */
import { approach, type Frame } from './frames';

/** Long enough to read a badge, short enough that it is gone soon after its reason. */
const BLAME_TAU_S = 1.5;
const FORGET_BELOW_RPS = 0.05;

export interface Blame {
  cause: string;
  rate_rps: number;
}

export class BlameBoard {
  /** node id -> cause -> rate */
  readonly #rates = new Map<string, Map<string, number>>();
  #at_s = Number.NaN;

  clear(): void {
    this.#rates.clear();
    this.#at_s = Number.NaN;
  }

  update(frame: Frame, nodes: readonly string[], at_s: number): void {
    const share = Number.isNaN(this.#at_s) ? 1 : approach(at_s - this.#at_s, BLAME_TAU_S);
    this.#at_s = at_s;
    const seen = new Map<string, number>();
    for (const trace of frame.traces) {
      if (trace.outcome !== 'ok') seen.set(trace.outcome, (seen.get(trace.outcome) ?? 0) + 1);
    }
    for (const causes of this.#rates.values()) {
      for (const [cause, rate] of causes) {
        // Without a sample of a cause that still happens, the last estimate of who is to blame stands.
        const unsampled = (frame.totals.failed_by_cause[cause] ?? 0) > 0 && !seen.has(cause);
        if (!unsampled) causes.set(cause, rate * (1 - share));
      }
    }
    for (const trace of frame.traces) {
      const id = nodes[trace.blame];
      if (trace.outcome === 'ok' || id === undefined) continue;
      const rate = (frame.totals.failed_by_cause[trace.outcome] ?? 0) / (seen.get(trace.outcome) ?? 1);
      const causes = this.#rates.get(id) ?? new Map<string, number>();
      this.#rates.set(id, causes);
      causes.set(trace.outcome, (causes.get(trace.outcome) ?? 0) + rate * share);
    }
    this.#forget();
  }

  #forget(): void {
    for (const [id, causes] of this.#rates) {
      for (const [cause, rate] of causes) if (rate < FORGET_BELOW_RPS) causes.delete(cause);
      if (causes.size === 0) this.#rates.delete(id);
    }
  }

  /** The node's most frequent reason now. */
  of(node_id: string): Blame | null {
    let worst: Blame | null = null;
    for (const [cause, rate_rps] of this.#rates.get(node_id) ?? []) {
      if (!worst || rate_rps > worst.rate_rps) worst = { cause, rate_rps };
    }
    return worst;
  }

  /** The one place that drops most. */
  worst(): (Blame & { node_id: string }) | null {
    let worst: (Blame & { node_id: string }) | null = null;
    for (const node_id of this.#rates.keys()) {
      const blame = this.of(node_id);
      if (blame && (!worst || blame.rate_rps > worst.rate_rps)) worst = { node_id, ...blame };
    }
    return worst;
  }
}
