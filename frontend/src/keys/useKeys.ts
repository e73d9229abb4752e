import { useEffect } from 'react';
import { paste } from '../actions';
import type { Point } from '../core/geometry';
import { useView } from '../view';
import { quickAdd, shortcutFor } from './shortcuts';

/** Listen for shortcuts and for paste, wherever the focus is except in dialogs; in text fields only F6 works. */
export function useKeys(): void {
  useEffect(() => {
    let pointer: Point | null = null;
    /** Tab adds only for people who point; whoever moves by Tab keeps moving by Tab. */
    let pointing = false;
    const moved = (event: PointerEvent) => {
      pointer = { x: event.clientX, y: event.clientY };
      pointing = true;
    };
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || isBusy()) return;
      if (event.key === 'F6') {
        event.preventDefault();
        nextRegion(event.shiftKey ? -1 : 1);
        return;
      }
      if (isTyping(event.target)) return;
      if (event.key === 'Tab' && !event.shiftKey && !event.ctrlKey && !event.altKey) {
        const overCanvas = pointing && onCanvas(event.target);
        pointing = false;
        if (!overCanvas) return;
        event.preventDefault();
        quickAdd(pointer);
        return;
      }
      const shortcut = shortcutFor(event);
      if (!shortcut?.run || keepsKey(event)) return;
      event.preventDefault();
      // React Flow would move a focused node a second time.
      event.stopPropagation();
      shortcut.run(event, pointing ? pointer : null);
    };
    const pasted = (event: ClipboardEvent) => {
      if (isTyping(event.target) || isBusy()) return;
      event.preventDefault();
      paste(event.clipboardData?.getData('text/plain') ?? null);
    };
    window.addEventListener('pointermove', moved, { passive: true });
    window.addEventListener('keydown', pressed, { capture: true });
    window.addEventListener('paste', pasted);
    return () => {
      window.removeEventListener('pointermove', moved);
      window.removeEventListener('keydown', pressed, { capture: true });
      window.removeEventListener('paste', pasted);
    };
  }, []);
}

/** Inputs in which nothing is typed. */
const UNTYPED: ReadonlySet<string> = new Set(['checkbox', 'radio', 'button', 'range']);

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  if (target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !UNTYPED.has(target.type);
}

function isBusy(): boolean {
  return useView.getState().dialog !== null || document.querySelector('dialog[open]') !== null;
}

function onCanvas(target: EventTarget | null): boolean {
  return target === document.body || (target instanceof Element && target.closest('.canvas') !== null);
}

/** Outside the drawing and its list, plain keys that move or delete belong to whatever has the focus. */
function keepsKey(event: KeyboardEvent): boolean {
  const plain = !event.ctrlKey && !event.metaKey;
  const strong = event.key.startsWith('Arrow') || event.key === 'Delete' || event.key === 'Backspace';
  return plain && strong && !onDrawing(event.target);
}

function onDrawing(target: EventTarget | null): boolean {
  return onCanvas(target) || (target instanceof Element && target.closest('.outline') !== null);
}

/** F6 goes from region to region: bar, palette, canvas, inspector, drawer. */
function nextRegion(step: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter(
    (region) => region.offsetParent !== null || region.tagName === 'HEADER',
  );
  if (regions.length === 0) return;
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  const next = regions[(at + step + regions.length) % regions.length];
  const first = next?.querySelector<HTMLElement>(
    '.react-flow__node, button:not(:disabled), input:not(:disabled), [tabindex="0"]',
  );
  (first ?? next)?.focus();
}
