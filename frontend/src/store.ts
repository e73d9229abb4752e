/** The editor's state: the document with undo, what is selected, and what is known about it. */
import { create } from 'zustand';
import type { Analysis, Diagnostic, LibraryEntry, Permission } from './core/api';
import type { Catalog } from './core/catalog';
import { applyChanges, type Change, compactChanges, type DocumentChange } from './core/changes';
import { completeDocument, emptyDocument, type ScenarioDocument } from './core/document';
import { NO_SELECTION, pruned, type Selection, sameSelection } from './core/edits';
import { editWords } from './core/editWords';
import * as history from './core/history';
import type { Language } from './core/i18n';
import { t, tr } from './core/i18n';
import { newId } from './core/ids';
import type { DrawerTab } from './core/linkFlags';
import type { Document } from './core/protocol';
import * as syncing from './core/sync';
import { keepIdentity, type PendingEdit, type SyncState, visible } from './core/sync';

export type EditSink = (id: string, changes: DocumentChange[]) => void;
export type Theme = 'system' | 'light' | 'dark';
export type SaveState = 'local' | 'saving' | 'saved' | 'offline' | 'readonly';

export interface Notice {
  id: number;
  text: string;
  tone: 'info' | 'error';
}

/** An edit made while the line was down that cannot apply any more. */
export interface LostEdit {
  id: string;
  changes: DocumentChange[];
  /** why, as the server or the page says it */
  reason: string;
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
  /** the scenario of the library that the document names */
  lesson: LibraryEntry | null;
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
  /** edits made while the line was down that the server could not take: to be kept as a copy or dropped */
  lost: readonly LostEdit[];
  /** the drawing as it was here when the line came back, while edits of that time are not settled */
  mine: ScenarioDocument | null;
  /** unanswered edits outlive the page: this browser has written them down */
  kept: boolean;
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
  sync: syncing.startSync(untitled, 0),
  lost: [],
  mine: null,
  kept: false,
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
/** Edits that were pending when the line came back; whoever made them may have been away for long. */
const late = new Set<string>();
/** An edit with more changes goes to the server in parts. */
const EDIT_CHANGES_MAX = 400;
/** Edits are told apart by these for as long as the server remembers them, over all pages. */
const pageId = newId('e', new Set());
let edits = 0;

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
  turn(history.undo(get().history, get().document), 'undo');
}

export function redo(): void {
  turn(history.redo(get().history, get().document), 'redo');
}

/** Go a step back or forth; what others have changed since stays, and that is said. */
function turn(step: history.Turn | null, way: 'undo' | 'redo'): void {
  if (!step || get().permission !== 'edit') return;
  const edit = wordsOf(step.made);
  if (step.changes.length === 0) set({ history: step.history });
  else commit(step.changes, step.history, null);
  if (step.changes.length === 0) notify(t(`together.${way}_not`, { edit }));
  else if (step.lost.length > 0) notify(t(`together.${way}_partly`, { edit }));
}

function commit(changes: DocumentChange[], noted: history.History, gesture: string | null): void {
  const state = get();
  const document = applyChanges(state.document, changes);
  const known = state.token !== null || state.creating;
  const sync = known
    ? { ...state.sync, pending: addPending(state.sync.pending, changes, gesture) }
    : syncing.startSync(document, 0);
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
  const parts = Array.from({ length: Math.ceil(changes.length / EDIT_CHANGES_MAX) }, (_, part) =>
    newEdit(changes.slice(part * EDIT_CHANGES_MAX, (part + 1) * EDIT_CHANGES_MAX)),
  );
  const [only] = parts;
  open = gesture === null || !only || parts.length > 1 ? null : { id: only.id, gesture };
  return [...pending, ...parts];
}

function newEdit(changes: DocumentChange[]): PendingEdit {
  edits += 1;
  return { id: `${pageId}-${edits}`, changes };
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
  const { sync, storedRevision } = get();
  if (id) settle(id);
  if ('length' in news) {
    show(syncing.acceptStored(syncing.acceptChanges(sync, news, revision, id), storedRevision ?? -1));
  } else show(syncing.acceptDocument(sync, known(news), revision));
}

/** The line is back: take over the server's document and send again whatever it may not have. */
export function rejoin(news: Document, revision: number): void {
  const state = get();
  const sync = syncing.rejoin(state.sync, known(news), revision);
  sent.clear();
  for (const { id } of sync.pending) late.add(id);
  if (sync.pending.length > 0) set({ mine: state.mine ?? state.document });
  show(sync);
  flush();
}

/** Go on with edits that an earlier visit left unanswered; they were made on `base`. */
export function resume(base: Document, pending: readonly PendingEdit[]): void {
  const { sync } = get();
  set({
    mine: applyChanges(
      completeDocument(base),
      pending.flatMap(({ changes }) => changes),
    ),
  });
  show({ ...sync, pending: [...pending, ...sync.pending] });
}

function known(news: Document): ScenarioDocument {
  return keepIdentity(get().document, completeDocument(news));
}

function settle(id: string): void {
  sent.delete(id);
  late.delete(id);
}

/** The server refused an edit: take it back here and say why. What of it still applies is tried again. */
export function reject(id: string, diagnostics: readonly Diagnostic[], document?: Document | null): void {
  const state = get();
  const wasLate = late.has(id);
  const edit = state.sync.pending.find((pending) => pending.id === id);
  const before = document
    ? syncing.acceptDocument(state.sync, known(document), state.sync.revision)
    : state.sync;
  const { state: sync, rest } = syncing.refuse(before, id);
  settle(id);
  show(sync);
  if (!edit || !rest) return;
  set({ history: history.forget(state.history, edit.changes) });
  if (rest.changes.length === 0 && rest.lost.length === 0) return; // others have done the same
  const partly = rest.lost.length > 0 && rest.changes.length > 0;
  const reason = diagnostics[0] ? tr(diagnostics[0].message, diagnostics[0].values) : t('notice.rejected');
  const lost = partly ? rest.lost : edit.changes;
  if (wasLate) set({ mine: state.mine, lost: [...state.lost, { id, changes: lost, reason }] });
  else notify(t('together.refused', { edit: wordsOf(lost), reason }), 'error');
  if (!partly) return;
  const again = newEdit(rest.changes);
  if (wasLate) late.add(again.id);
  set({ mine: state.mine });
  show({ ...sync, pending: [...sync.pending, again] });
  flush();
}

/** Be done with the edits that could not be taken. */
export function dropLost(): void {
  set({ lost: [] });
  show(get().sync);
}

function show(sync: SyncState): void {
  const document = visible(sync);
  set((state) => ({
    sync,
    document,
    revision: sync.revision,
    selection: pruned(state.selection, document),
    mine: sync.pending.length > 0 || state.lost.length > 0 ? state.mine : null,
  }));
}

function wordsOf(changes: readonly DocumentChange[]): string {
  const { catalog, document, mine } = get();
  return editWords(changes, { catalog, documents: mine ? [document, mine] : [document] });
}

/** Begin with another document; history and selection start anew. */
export function openDocument(
  loose: Document,
  link: { token: string | null; viewToken: string | null; permission: Permission; revision: number },
): void {
  const document = completeDocument(loose);
  sent.clear();
  late.clear();
  open = null;
  set({
    ...link,
    document,
    openings: get().openings + 1,
    sync: syncing.startSync(document, link.revision),
    lost: [],
    mine: null,
    kept: false,
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
  if (sameSelection({ nodes, edges }, next)) return;
  set({ selection: next });
}

/** Show the settings of a group. */
export function selectGroup(id: string): void {
  set({ selection: NO_SELECTION, group: id });
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
  set((state) => ({ storedRevision: revision, sync: syncing.acceptStored(state.sync, revision) }));
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
