import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import './figure.css';

const GAP_PX = 6;
const EDGE_PX = 8;
/** Time to move the pointer from a number to its tip. */
const LINGER_MS = 160;
const CHECK_MS = 400;

interface Shown {
  text: string;
  anchor: HTMLElement;
}

/** The words of whatever number the pointer or the focus is on: what it is, over which time, in which unit. */
export function MeaningTip() {
  const [shown, setShown] = useState<Shown | null>(null);
  const tip = useRef<HTMLDivElement>(null);
  useEffect(() => watch(setShown, () => tip.current), []);
  useEffect(() => {
    if (!shown) return;
    // A figure may go while the pointer rests on it.
    const gone = () =>
      !shown.anchor.isConnected || !shown.anchor.checkVisibility({ visibilityProperty: true });
    const timer = setInterval(() => gone() && setShown(null), CHECK_MS);
    return () => clearInterval(timer);
  }, [shown]);
  useLayoutEffect(() => {
    const box = tip.current;
    if (!box) return;
    if (box.matches(':popover-open')) box.hidePopover();
    if (!shown) return;
    // Over everything else, open dialogs included.
    box.showPopover();
    const at = shown.anchor.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = box;
    const below = at.top < height + GAP_PX + EDGE_PX;
    box.style.top = `${below ? at.bottom + GAP_PX : at.top - height - GAP_PX}px`;
    const left = at.left + at.width / 2 - width / 2;
    box.style.left = `${Math.max(EDGE_PX, Math.min(left, innerWidth - width - EDGE_PX))}px`;
  }, [shown]);
  return (
    <div ref={tip} className="figure-tip" popover="manual" role="tooltip">
      {shown?.text}
    </div>
  );
}

function watch(show: (shown: Shown | null) => void, tip: () => HTMLElement | null): () => void {
  const ended = new AbortController();
  const listening = { signal: ended.signal, passive: true, capture: true };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const point = (found: HTMLElement | null) => {
    clearTimeout(timer);
    const text = found?.dataset.meaning;
    if (found && text) show({ text, anchor: found });
    else timer = setTimeout(() => show(null), LINGER_MS);
  };
  addEventListener(
    'pointerover',
    (event) => {
      if (event.target instanceof Node && tip()?.contains(event.target)) clearTimeout(timer);
      else point(figureAt(event.target));
    },
    listening,
  );
  addEventListener('focusin', (event) => point(focusedFigure(event.target)), listening);
  addEventListener('focusout', () => point(null), listening);
  for (const gone of ['scroll', 'pointerdown', 'wheel']) addEventListener(gone, () => show(null), listening);
  const pressed = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !tip()?.matches(':popover-open')) return;
    // The first Escape is for the tip alone; what lies below it stays.
    event.preventDefault();
    event.stopImmediatePropagation();
    show(null);
  };
  addEventListener('keydown', pressed, { signal: ended.signal, capture: true });
  return () => {
    clearTimeout(timer);
    ended.abort();
  };
}

function figureAt(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('[data-meaning]') : null;
}

/** What is focused, if by keys; a button shows the meaning of the number in it. */
function focusedFigure(target: EventTarget | null): HTMLElement | null {
  if (!(target instanceof HTMLElement) || !target.matches(':focus-visible')) return null;
  return (
    figureAt(target) ??
    (target.matches('button') ? target.querySelector<HTMLElement>('[data-meaning]') : null)
  );
}
