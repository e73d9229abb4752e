import { endGesture } from '../store';

const PAUSE_MS = 600;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Held or repeated keys are one gesture; it ends when they have been still for a moment. */
export function closeGestureSoon(): void {
  clearTimeout(timer);
  timer = setTimeout(endGesture, PAUSE_MS);
}
