/**
 * The document here against the document on the server.
 *
 * `confirmed` is what the server last told; `pending` are our edits it has not answered. What a person sees is
 * always `confirmed` with `pending` on top, so nothing typed is lost when somebody else's edit arrives first.
 */
import { applyChanges, type Change, type DocumentChange } from './changes';
import type { ScenarioDocument } from './document';

export interface PendingEdit {
  id: string;
  changes: DocumentChange[];
}

export interface SyncState {
  confirmed: ScenarioDocument;
  revision: number;
  pending: readonly PendingEdit[];
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
  return { confirmed: applyChanges(state.confirmed, changes), revision, pending };
}

export function acceptDocument(state: SyncState, document: ScenarioDocument, revision: number): SyncState {
  return { confirmed: document, revision, pending: state.pending };
}

export function dropPending(state: SyncState, id: string): SyncState {
  return { ...state, pending: state.pending.filter((edit) => edit.id !== id) };
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
    return old && JSON.stringify(sorted(old)) === JSON.stringify(sorted(item)) ? old : item;
  });
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
