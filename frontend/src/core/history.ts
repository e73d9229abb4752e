/** Undo and redo over changes: one entry per gesture, each with the way back and the way forth. */
import { compactChanges, type DocumentChange, invertChanges } from './changes';
import type { ScenarioDocument } from './document';
import { takeBack } from './rebase';

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
  /** what to apply; nothing when others have changed all that the step did */
  changes: DocumentChange[];
  /** what of the step stays because others have changed it since */
  lost: DocumentChange[];
  /** the changes of the step as it was made */
  made: DocumentChange[];
}

/** Take back the newest step, as far as others have not changed what it did; null when there is none. */
export function undo(history: History, document: ScenarioDocument): Turn | null {
  const step = history.past.at(-1);
  if (!step) return null;
  const past = history.past.slice(0, -1);
  const { changes, lost } = takeBack(document, step.undo, step.redo);
  const undone: Step = { undo: changes, redo: invertChanges(document, changes), gesture: null };
  const future = changes.length > 0 ? [undone, ...history.future] : history.future;
  return { history: { past, future }, changes, lost, made: step.redo };
}

export function redo(history: History, document: ScenarioDocument): Turn | null {
  const step = history.future[0];
  if (!step) return null;
  const future = history.future.slice(1);
  const { changes, lost } = takeBack(document, step.redo, step.undo);
  const redone: Step = { undo: invertChanges(document, changes), redo: changes, gesture: null };
  const past = changes.length > 0 ? [...history.past, redone] : history.past;
  return { history: { past, future }, changes, lost, made: step.redo };
}

/** Forget the step that an edit was, because the server refused it: there is nothing to take back. */
export function forget(history: History, refused: readonly DocumentChange[]): History {
  const key = JSON.stringify(refused);
  const index = history.past.findLastIndex((step) => JSON.stringify(step.redo) === key);
  return index < 0 ? history : { ...history, past: history.past.toSpliced(index, 1) };
}
