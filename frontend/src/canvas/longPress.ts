import type { PointerEvent } from 'react';
import { openMenu } from '../view';

const HELD_MS = 550;
/** A finger never holds quite still. */
const STILL_PX = 10;

/** A finger held on a node opens its menu, as the right button does. */
export function watchLongPress(event: PointerEvent): void {
  const node = event.target instanceof Element ? event.target.closest('.react-flow__node') : null;
  const id = node?.getAttribute('data-id');
  if (event.pointerType !== 'touch' || !event.isPrimary || !id) return;
  const at = { x: event.clientX, y: event.clientY };
  const stop = new AbortController();
  const { signal } = stop;
  const timer = setTimeout(() => {
    stop.abort();
    openMenu({ node_id: id }, at);
  }, HELD_MS);
  signal.addEventListener('abort', () => clearTimeout(timer));
  const moved = (later: globalThis.PointerEvent) => {
    if (Math.hypot(later.clientX - at.x, later.clientY - at.y) > STILL_PX) stop.abort();
  };
  addEventListener('pointermove', moved, { signal });
  for (const end of ['pointerup', 'pointercancel', 'pointerdown']) {
    addEventListener(end, () => stop.abort(), { signal, capture: true });
  }
}
