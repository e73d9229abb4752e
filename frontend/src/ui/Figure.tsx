import type { KeyboardEvent, ReactNode } from 'react';

/**
 * What makes a number say, pointed at or focused, what it is, over which time and in which unit. For the element that
 * shows it, or the row of its label and itself. `MeaningTip` shows the words.
 *
 * @param isStop whether Tab stops here; in a group (`figureGroup`) only at the first, arrows lead to the others
 */
export function figure(meaning: string, isStop = true) {
  return { 'data-meaning': meaning, 'aria-description': meaning, tabIndex: isStop ? 0 : -1 } as const;
}

/** The same for what cannot have the focus by itself: inside a button, or where the same number is told elsewhere. */
export function pointedFigure(meaning: string) {
  return { 'data-meaning': meaning } as const;
}

/** A list or table of figures that is one stop for Tab: arrows, Home and End go from figure to figure. */
export const figureGroup = { 'data-figures': '', onKeyDown: step } as const;

function step(event: KeyboardEvent<HTMLElement>): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-meaning][tabindex]')];
  const at = all.indexOf(document.activeElement as HTMLElement);
  const to: Record<string, number> = {
    ArrowRight: at + 1,
    ArrowDown: at + 1,
    ArrowLeft: at - 1,
    ArrowUp: at - 1,
    Home: 0,
    End: -1,
  };
  const next = to[event.key];
  if (at < 0 || next === undefined) return;
  all.at(next % all.length)?.focus();
  event.preventDefault();
  event.stopPropagation();
}

/** A number with its meaning. */
export function Figure({ meaning, children }: { meaning: string; children: ReactNode }) {
  return (
    <span className="figure" {...figure(meaning)}>
      {children}
    </span>
  );
}
