/** The editor's state: the document with undo, what is selected, and what is known about it. */
import { create } from 'zustand';
import type { Analysis, Diagnostic, LibraryEntry, Permission } from './core/api';
import type { Catalog } from './core/catalog';
import { applyChanges, type Change, compactChanges, type DocumentChange } from './core/changes';
import { completeDocument, emptyDocument, type ScenarioDocument } from './core/document';
import { NO_SELECTION, type Selection } from './core/edits';
import * as history from './core/history';
import type { Language } from './core/i18n';
import { t, tr } from './core/i18n';
import { newId } from './core/ids';
import type { Document, Lesson } from './core/protocol';
import {
  acceptChanges,
  acceptDocument,
  dropPending,
  keepIdentity,
  type PendingEdit,
  type SyncState,
  visible,
} from './core/sync';

export type EditSink = (id: string, changes: DocumentChange[]) => void;
export type Theme = 'system' | 'light' | 'dark';
export type SaveState = 'local' | 'saving' | 'saved' | 'offline' | 'readonly';
export type DrawerTab = 'charts' | 'events' | 'problems' | 'outline' | 'estimate';

export interface Notice {
  id: number;
  text: string;
  tone: 'info' | 'error';
}

export interface EditorState {
  document: ScenarioDocument;
  revision: number;
  permission: Permission;
  /** the link's token; null while the drawing lives in this page only */
  token: string | null;
  viewToken: string | null;
  catalog: Catalog | null;
  library: LibraryEntry[];
  /** what the opened scenario of the library teaches */
  lesson: Lesson | null;
  selection: Selection;
  /** the group whose settings are shown; nothing else is selected then */
  group: string | null;
  diagnostics: Diagnostic[];
  analysis: Analysis | null;
  language: Language;
  theme: Theme;
  online: boolean;
  /** the newest revision the server has written down; null until it told of one */
  storedRevision: number | null;
  notice: Notice | null;
  drawer: DrawerTab | null;
  /** the problem last stepped to, as its place in the list */
  problem: number | null;
  /** the last word on edits of a scenario that the server knows */
  sync: SyncState;
  history: history.History;
  /** how many documents were opened in this page */
  openings: number;
  /** the first save is on its way: edits made meanwhile must reach the server after it */
  creating: boolean;
}

const untitled = emptyDocument('');

export const useEditor = create<EditorState>(() => ({
  document: untitled,
  revision: 0,
  permission: 'edit',
  token: null,
  viewToken: null,
  catalog: null,
  library: [],
  lesson: null,
  selection: NO_SELECTION,
  group: null,
  diagnostics: [],
  analysis: null,
  language: 'en',
  theme: 'system',
  online: false,
  storedRevision: null,
  notice: null,
  drawer: null,
  problem: null,
  sync: { confirmed: untitled, revision: 0, pending: [] },
  history: history.EMPTY_HISTORY,
  openings: 0,
  creating: false,
}));

const { getState: get, setState: set } = useEditor;

/** Edits of one gesture go out together at most this late, so that dragging a slider does not flood the socket. */
const GESTURE_SEND_MS = 120;
let sink: EditSink | null = null;
let sendTimer: ReturnType<typeof setTimeout> | undefined;
/** The unsent edit of the present gesture. */
let open: { id: string; gesture: string } | null = null;
const sent = new Set<string>();

/**
 * Apply edits at once, note them for undo and send them on.
 *
 * Edits with the same `gesture` are one undo step until `endGesture`. Returns whether anything changed.
 */
export function applyLocal(changes: DocumentChange[], gesture: string | null = null): boolean {
  const state = get();
  if (state.permission === 'view') {
    notify(t('notice.read_only'), 'error');
    return false;
  }
  if (applyChanges(state.document, changes) === state.document) return false;
  const noted = history.record(state.history, state.document, changes, gesture);
  commit(changes, noted, gesture);
  return true;
}

export function endGesture(): void {
  set((state) => ({ history: history.closeGesture(state.history) }));
  flush();
}

export function undo(): void {
  const turn = history.undo(get().history, get().document);
  if (turn && get().permission === 'edit') commit(turn.changes, turn.history, null);
}

export function redo(): void {
  const turn = history.redo(get().history, get().document);
  if (turn && get().permission === 'edit') commit(turn.changes, turn.history, null);
}

function commit(changes: DocumentChange[], noted: history.History, gesture: string | null): void {
  const state = get();
  const document = applyChanges(state.document, changes);
  const known = state.token !== null || state.creating;
  const sync = known
    ? { ...state.sync, pending: addPending(state.sync.pending, changes, gesture) }
    : { confirmed: document, revision: 0, pending: [] };
  set({ document, sync, history: noted, selection: pruned(state.selection, document) });
  if (!known) return;
  clearTimeout(sendTimer);
  if (gesture === null) flush();
  else sendTimer = setTimeout(flush, GESTURE_SEND_MS);
}

function addPending(
  pending: readonly PendingEdit[],
  changes: DocumentChange[],
  gesture: string | null,
): PendingEdit[] {
  const last = pending.at(-1);
  if (open && gesture !== null && open.gesture === gesture && last?.id === open.id) {
    return [...pending.slice(0, -1), { id: last.id, changes: compactChanges([...last.changes, ...changes]) }];
  }
  const id = newId('edit', sent);
  open = gesture === null ? null : { id, gesture };
  return [...pending, { id, changes }];
}

function flush(): void {
  clearTimeout(sendTimer);
  open = null;
  if (!sink) return;
  for (const edit of get().sync.pending) {
    if (sent.has(edit.id)) continue;
    sent.add(edit.id);
    sink(edit.id, edit.changes);
  }
}

/** Say where edits go (the socket's `edit`), or null when there is nowhere. Edits made before are sent now. */
export function setEditSink(next: EditSink | null): void {
  sink = next;
  flush();
}

/**
 * Take over what the server says: a whole document, or changes on top of the last one.
 *
 * `id` is the id of the edit that is thereby confirmed, when the changes are our own.
 */
export function acceptRemote(
  news: Document | readonly Change[],
  revision: number,
  id: string | null = null,
): void {
  const state = get();
  const sync = isChanges(news)
    ? acceptChanges(state.sync, news, revision, id)
    : acceptDocument(state.sync, keepIdentity(state.document, completeDocument(news)), revision);
  if (id) sent.delete(id);
  show(sync);
}

/** The server refused an edit: take it back here and say why. */
export function reject(id: string, diagnostics: readonly Diagnostic[], document?: Document | null): void {
  const state = get();
  const dropped = dropPending(state.sync, id);
  sent.delete(id);
  show(
    document
      ? acceptDocument(dropped, keepIdentity(state.document, completeDocument(document)), dropped.revision)
      : dropped,
  );
  const reason = diagnostics[0];
  notify(reason ? tr(reason.message, reason.values) : t('notice.rejected'), 'error');
}

function show(sync: SyncState): void {
  const document = visible(sync);
  set((state) => ({
    sync,
    document,
    revision: sync.revision,
    selection: pruned(state.selection, document),
  }));
}

function isChanges(news: Document | readonly Change[]): news is readonly Change[] {
  return Array.isArray(news);
}

/** Begin with another document; history and selection start anew. */
export function openDocument(
  loose: Document,
  link: { token: string | null; viewToken: string | null; permission: Permission; revision: number },
  lesson: Lesson | null = null,
): void {
  const document = completeDocument(loose);
  sent.clear();
  open = null;
  set({
    ...link,
    document,
    lesson,
    openings: get().openings + 1,
    sync: { confirmed: document, revision: link.revision, pending: [] },
    history: history.EMPTY_HISTORY,
    selection: NO_SELECTION,
    group: null,
    diagnostics: [],
    analysis: null,
    storedRevision: null,
  });
}

/** The page's first save succeeded: from now on the server has the last word. */
export function adoptLink(token: string, viewToken: string): void {
  set({ token, viewToken, creating: false });
  flush();
}

export function select(selection: Partial<Selection>): void {
  const next = { nodes: selection.nodes ?? [], edges: selection.edges ?? [] };
  const { nodes, edges } = get().selection;
  if (get().group !== null) set({ group: null });
  if (same(nodes, next.nodes) && same(edges, next.edges)) return;
  set({ selection: next });
}

/** Show the settings of a group. */
export function selectGroup(id: string): void {
  set({ selection: NO_SELECTION, group: id });
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

function pruned(selection: Selection, document: ScenarioDocument): Selection {
  const nodes = selection.nodes.filter((id) => document.nodes.some((node) => node.id === id));
  const edges = selection.edges.filter((id) => document.edges.some((edge) => edge.id === id));
  const kept = nodes.length === selection.nodes.length && edges.length === selection.edges.length;
  return kept ? selection : { nodes, edges };
}

let notices = 0;
export function notify(text: string, tone: Notice['tone'] = 'info'): void {
  notices += 1;
  set({ notice: { id: notices, text, tone } });
}

export function dismissNotice(id: number): void {
  if (get().notice?.id === id) set({ notice: null });
}

/** Whether the line to the server is up; the socket's owner tells. */
export function setOnline(online: boolean): void {
  if (get().online !== online) set({ online });
}

/** The server has written down everything up to this revision. */
export function noteStored(revision: number): void {
  set({ storedRevision: revision });
}

export function openDrawer(drawer: DrawerTab | null): void {
  set({ drawer });
}

export function saveState(state: EditorState): SaveState {
  if (state.permission === 'view') return 'readonly';
  if (state.token === null) return state.creating ? 'saving' : 'local';
  if (!state.online) return 'offline';
  const unwritten = state.storedRevision !== null && state.revision > state.storedRevision;
  return state.sync.pending.length > 0 || unwritten ? 'saving' : 'saved';
}

export const canUndo = (state: EditorState): boolean => state.history.past.length > 0;
export const canRedo = (state: EditorState): boolean => state.history.future.length > 0;
