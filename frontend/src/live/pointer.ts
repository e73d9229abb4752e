/** Follows the pointer over the canvas for the layers, which take no pointer events themselves. */

import { feed } from '../core/feed';
import { geometry, subscribeGeometry } from '../geometry';
import { showFailuresOf } from '../microscope';
import { badgeAt } from './gauges';
import { type Hovered, hoveredAt, inside, sameHover } from './hover';

type Listener = () => void;

let hovered: Hovered | null = null;
const listeners = new Set<Listener>();

export function getHovered(): Hovered | null {
  return hovered;
}

export function subscribeHovered(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function setHovered(next: Hovered | null): void {
  if (sameHover(hovered, next)) return;
  hovered = next;
  for (const listener of listeners) listener();
}

/** Watch the pointer over `pane`, the element that the layers cover. */
export function watchPointer(pane: HTMLElement): () => void {
  let request = 0;
  let at: { x: number; y: number } | null = null;
  const look = () => {
    request = 0;
    if (!at) {
      setHovered(null);
      return;
    }
    const { viewport, nodeRects, edgePaths } = geometry;
    const flow = { x: (at.x - viewport.x) / viewport.zoom, y: (at.y - viewport.y) / viewport.zoom };
    setHovered(hoveredAt(flow, viewport.zoom, { feed, rects: nodeRects, paths: edgePaths }));
  };
  const ask = () => {
    if (request === 0) request = requestAnimationFrame(look);
  };
  const onMove = (event: PointerEvent) => {
    const box = pane.getBoundingClientRect();
    // With a button down something is being dragged, and a tip would only be in the way.
    at = event.buttons === 0 ? { x: event.clientX - box.left, y: event.clientY - box.top } : null;
    ask();
  };
  const onLeave = () => {
    at = null;
    ask();
  };
  /** The badge of what a node drops leads to those requests. */
  const onClick = (event: MouseEvent) => {
    const box = pane.getBoundingClientRect();
    const { viewport, nodeRects } = geometry;
    const x = (event.clientX - box.left - viewport.x) / viewport.zoom;
    const y = (event.clientY - box.top - viewport.y) / viewport.zoom;
    for (const [id, rect] of nodeRects) {
      if (!feed.blame.of(id) || !inside({ x, y }, badgeAt(rect, viewport.zoom))) continue;
      event.stopPropagation();
      showFailuresOf(id);
      return;
    }
  };
  pane.addEventListener('click', onClick, true);
  pane.addEventListener('pointermove', onMove);
  pane.addEventListener('pointerleave', onLeave);
  const stop = subscribeGeometry(ask);
  return () => {
    pane.removeEventListener('click', onClick, true);
    pane.removeEventListener('pointermove', onMove);
    pane.removeEventListener('pointerleave', onLeave);
    stop();
    cancelAnimationFrame(request);
    setHovered(null);
  };
}
