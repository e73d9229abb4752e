/** What happened when, gathered so that no two marks on the strip lie on each other. */
import type { LoggedEvent } from '../core/frames';

export interface Mark {
  /** of the gravest of its events */
  kind: string;
  at_s: number;
  events: LoggedEvent[];
}

/** The gravest first; what is not named here comes last. */
const GRAVITY = [
  'fault',
  'lost_writes',
  'limit',
  'breaker_opened',
  'promoted',
  'scaled',
  'heal',
  'recovered',
];

/** @param apart_s events closer together than this share a mark */
export function marksOf(events: readonly LoggedEvent[], apart_s: number): Mark[] {
  const marks: Mark[] = [];
  for (const event of [...events].sort((a, b) => a.at_s - b.at_s)) {
    const last = marks.at(-1);
    if (last && event.at_s - last.at_s < apart_s) last.events.push(event);
    else marks.push({ kind: event.kind, at_s: event.at_s, events: [event] });
  }
  for (const mark of marks) mark.kind = gravest(mark.events);
  return marks;
}

function gravest(events: readonly LoggedEvent[]): string {
  const rank = ({ kind }: LoggedEvent) => (GRAVITY.includes(kind) ? GRAVITY.indexOf(kind) : GRAVITY.length);
  return [...events].sort((a, b) => rank(a) - rank(b))[0]?.kind ?? '';
}
