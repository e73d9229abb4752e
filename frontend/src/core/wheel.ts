/** What turning a wheel or moving two fingers over the drawing means: browsers report both as the same event. */
import { recall, remember } from './memory';

/** `device`: fingers move the drawing, a wheel zooms. The device is guessed, so both can also be had for certain. */
export const WHEEL_HABITS = ['device', 'zoom', 'pan'] as const;
export type WheelHabit = (typeof WHEEL_HABITS)[number];

const KEY = 'playground.wheel';

export function recallWheel(): WheelHabit {
  const kept = recall(KEY);
  return WHEEL_HABITS.find((habit) => habit === kept) ?? 'device';
}

export function rememberWheel(habit: WheelHabit): void {
  remember(KEY, habit);
}

export type Turn = Pick<
  WheelEvent,
  'deltaX' | 'deltaY' | 'deltaMode' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'timeStamp'
>;

/** A notch of a wheel is farther than two fingers move before the first event of theirs is told. */
const NOTCH_PX = 40;
/** Events closer than this belong to one movement: fast fingers and their momentum go far between two events. */
const MOVEMENT_MS = 250;
/** As browsers scroll pages by lines. */
const LINE_PX = 20;

/** Tells movements that pan from those that zoom; one of them for each surface. */
export class WheelReader {
  #last: { at_ms: number; pans: boolean } | null = null;

  pans(turn: Turn, habit: WheelHabit): boolean {
    if (turn.ctrlKey || turn.metaKey) return false; // so a pinch is told, too
    if (habit !== 'device') return habit === 'pan';
    const { timeStamp: at_ms } = turn;
    const begun = this.#last !== null && at_ms - this.#last.at_ms < MOVEMENT_MS ? this.#last.pans : null;
    const pans = turn.shiftKey || turn.deltaX !== 0 || (begun ?? looksLikeFingers(turn));
    this.#last = { at_ms, pans };
    return pans;
  }
}

function looksLikeFingers({ deltaY, deltaMode }: Turn): boolean {
  return deltaMode === 0 && Math.abs(deltaY) < NOTCH_PX;
}

/** How far to move the drawing, in pixels; with Shift a wheel goes sideways. */
export function panOf(
  { deltaX, deltaY, deltaMode, shiftKey }: Turn,
  page_px: number,
): { x: number; y: number } {
  const unit_px = [1, LINE_PX, page_px][deltaMode] ?? 1;
  const [x, y] = shiftKey && deltaX === 0 ? [deltaY, 0] : [deltaX, deltaY];
  return { x: -x * unit_px || 0, y: -y * unit_px || 0 };
}
