/**
 * The document here against the document on the server.
 *
 * `confirmed` is what the server last told; `pending` are our edits it has not answered. What a person sees is
 * always `confirmed` with `pending` on top, so nothing typed is lost when somebody else's edit arrives first.
 * `unstored` are our edits that the server has taken but not yet written down: a crash may cost it those.
 */
import { applyChanges, type Change, type DocumentChange } from './changes';
import type { ScenarioDocument } from './document';
import { type Rest, rest, same } from './rebase';

export interface PendingEdit {
  id: string;
  changes: DocumentChange[];
}

export interface SyncState {
  confirmed: ScenarioDocument;
  revision: number;
  pending: readonly PendingEdit[];
  unstored: readonly (PendingEdit & { revision: number })[];
}

export function startSync(confirmed: ScenarioDocument, revision: number): SyncState {
  return { confirmed, revision, pending: [], unstored: [] };
}

export function visible(state: SyncState): ScenarioDocument {
  return state.pending.reduce((document, edit) => applyChanges(document, edit.changes), state.confirmed);
}

export function acceptChanges(
  state: SyncState,
  changes: readonly Change[],
  revision: number,
  id: string | null,
): SyncState {
  const pending = state.pending.filter((edit) => edit.id !== id);
  const own = state.pending.find((edit) => edit.id === id);
  const unstored = own ? [...state.unstored, { ...own, revision }] : state.unstored;
  return { confirmed: applyChanges(state.confirmed, changes), revision, pending, unstored };
}

export function acceptDocument(state: SyncState, document: ScenarioDocument, revision: number): SyncState {
  return { ...state, confirmed: document, revision };
}

/** The server has written down everything up to a revision. */
export function acceptStored(state: SyncState, revision: number): SyncState {
  const unstored = state.unstored.filter((edit) => edit.revision > revision);
  return unstored.length === state.unstored.length ? state : { ...state, unstored };
}

/**
 * The line is back: of edits unanswered or not written down nobody knows whether they survived, so all are pending.
 *
 * The server knows by their ids those that it has already.
 */
export function rejoin(state: SyncState, document: ScenarioDocument, revision: number): SyncState {
  const lost = state.unstored.map(({ id, changes }) => ({ id, changes }));
  return { confirmed: document, revision, pending: [...lost, ...state.pending], unstored: [] };
}

export interface Refusal {
  state: SyncState;
  /** what of the refused edit can be tried again, and what cannot apply any more; null when it was none of ours */
  rest: Rest | null;
}

/** The server refused an edit: take it back, and see what is left of it. */
export function refuse(state: SyncState, id: string): Refusal {
  const edit = state.pending.find((pending) => pending.id === id);
  const without = { ...state, pending: state.pending.filter((pending) => pending.id !== id) };
  return { state: without, rest: edit ? rest(state.confirmed, edit.changes) : null };
}

/** Reuse the objects of nodes and edges that did not change, so that they are not drawn again. */
export function keepIdentity(before: ScenarioDocument, after: ScenarioDocument): ScenarioDocument {
  return {
    ...after,
    nodes: reuse(before.nodes, after.nodes),
    edges: reuse(before.edges, after.edges),
    groups: reuse(before.groups, after.groups),
  };
}

function reuse<T extends { id: string }>(before: readonly T[], after: readonly T[]): T[] {
  const known = new Map(before.map((item) => [item.id, item]));
  return after.map((item) => {
    const old = known.get(item.id);
    return old && same(old, item) ? old : item;
  });
}
