/** Undo and redo over changes: one entry per gesture, each with the way back and the way forth. */
import { applyChanges, compactChanges, type DocumentChange, invertChanges } from './changes';
import type { ScenarioDocument } from './document';

export interface Step {
  undo: DocumentChange[];
  redo: DocumentChange[];
  /** edits of one gesture (a dragged slider, held arrow keys) share a key and become one step */
  gesture: string | null;
}

export interface History {
  past: readonly Step[];
  future: readonly Step[];
}

export const EMPTY_HISTORY: History = { past: [], future: [] };
export const HISTORY_STEPS_MAX = 200;

/** Note changes about to be applied to `document`. */
export function record(
  history: History,
  document: ScenarioDocument,
  changes: DocumentChange[],
  gesture: string | null,
): History {
  const last = history.past.at(-1);
  if (last && gesture !== null && last.gesture === gesture) {
    const redo = compactChanges([...last.redo, ...changes]);
    const undo = [...invertChanges(document, changes), ...last.undo];
    const step: Step = { undo: compactChanges(undo), redo, gesture };
    return { past: [...history.past.slice(0, -1), step], future: [] };
  }
  const step: Step = { undo: invertChanges(document, changes), redo: changes, gesture };
  return { past: [...history.past, step].slice(-HISTORY_STEPS_MAX), future: [] };
}

/** The gesture is over: the next edit is a step of its own even if it touches the same thing. */
export function closeGesture(history: History): History {
  const last = history.past.at(-1);
  if (!last || last.gesture === null) return history;
  return { ...history, past: [...history.past.slice(0, -1), { ...last, gesture: null }] };
}

export interface Turn {
  history: History;
  changes: DocumentChange[];
}

/** Take back the newest step; null when there is none. Steps undone by others meanwhile are passed over. */
export function undo(history: History, document: ScenarioDocument): Turn | null {
  const past = [...history.past];
  for (let step = past.pop(); step; step = past.pop()) {
    if (applyChanges(document, step.undo) !== document) {
      const closed: Step = { ...step, gesture: null };
      return { history: { past, future: [closed, ...history.future] }, changes: step.undo };
    }
  }
  return null;
}

export function redo(history: History, document: ScenarioDocument): Turn | null {
  const future = [...history.future];
  for (let step = future.shift(); step; step = future.shift()) {
    if (applyChanges(document, step.redo) !== document) {
      return { history: { past: [...history.past, step], future }, changes: step.redo };
    }
  }
  return null;
}
