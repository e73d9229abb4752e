/** How a run went from one phase to the next: healthy, strained, failing, recovering. */
import type { CoursePoint, RunEvent } from './protocol';
import { BUSY_RATIO, FAILING_RATIO, RECENT_S, type Tone } from './situation';

export interface Phase {
  tone: Tone;
  from_s: number;
  until_s: number;
}

const KEPT = 500;
/** A pause between two remarks longer than this is not filled in. */
const GAP_MOST_S = 60;
/** or, for a run that goes very fast, longer than so many of its steps. */
const GAP_STEPS = 4;

export class PhaseLog {
  #phases: Phase[] = [];

  /**
   * The phase at a simulated moment; moments come in order, and an earlier one means another run.
   *
   * @param usual_s how far apart moments are at the present speed
   */
  note(at_s: number, tone: Tone, usual_s = 0): void {
    const last = this.#phases.at(-1);
    if (last && at_s < last.until_s) this.#phases = [];
    const open = this.#phases.at(-1);
    if (open && at_s - open.until_s <= Math.max(GAP_MOST_S, GAP_STEPS * usual_s)) {
      open.until_s = at_s;
      if (open.tone === tone) return;
    }
    this.#phases.push({ tone, from_s: at_s, until_s: at_s });
    if (this.#phases.length > KEPT) this.#phases.shift();
  }

  /** Begin with the outline of a run that others have seen. */
  restore(course: readonly CoursePoint[], events: readonly RunEvent[]): void {
    this.clear();
    let from_s = 0;
    for (const point of course) {
      const tone = toneOf(point, from_s, events);
      const last = this.#phases.at(-1);
      if (last?.tone === tone) last.until_s = point.until_s;
      else this.#phases.push({ tone, from_s, until_s: point.until_s });
      from_s = point.until_s;
    }
  }

  clear(): void {
    this.#phases = [];
  }

  /** Phases that reach into the time from `from_s` on, cut to it. */
  since(from_s: number): Phase[] {
    return this.#phases
      .filter((phase) => phase.until_s > from_s)
      .map((phase) => ({ ...phase, from_s: Math.max(phase.from_s, from_s) }));
  }
}

/** What a stretch of an outline was like, as near to the live judgement as its few figures allow. */
function toneOf(point: CoursePoint, from_s: number, events: readonly RunEvent[]): Tone {
  if (point.ended_count > 0 && point.failed_count / point.ended_count >= FAILING_RATIO) return 'failing';
  if (point.is_broken || point.busiest_ratio >= BUSY_RATIO) return 'degraded';
  const healed = events.some(
    ({ kind, at_s }) =>
      (kind === 'heal' || kind === 'recovered' || kind === 'promoted') &&
      at_s <= point.until_s &&
      at_s > from_s - RECENT_S,
  );
  return healed ? 'recovering' : 'healthy';
}
