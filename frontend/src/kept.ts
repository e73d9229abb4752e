/**
 * Edits that nobody has answered yet, kept in this browser under the scenario's link until they are: over a lost line, a
 * closed page and a restarted server.
 *
 * Several pages of one browser may keep edits of one scenario. Each leaves the others' alone, and a page that opens takes
 * over what it finds: the server knows an edit by its id and applies it once, whoever sends it.
 */
import { recall, remember } from './core/memory';
import type { Document } from './core/protocol';
import type { PendingEdit } from './core/sync';
import { resume, useEditor } from './store';

const KEY = 'playground.kept.';
/** An edit that is answered sooner is never written down. */
const KEEP_AFTER_MS = 250;

interface Kept {
  /** the document that the edits were made on */
  base: Document;
  edits: PendingEdit[];
}

/** Ids of the edits that this page has written down or taken over. */
const own = new Set<string>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** Take over what an earlier visit left. */
export function resumeKept(): void {
  const { token, permission } = useEditor.getState();
  if (token === null || permission === 'view') return;
  const kept = read(token);
  if (!kept) return;
  for (const { id } of kept.edits) own.add(id);
  useEditor.setState({ kept: true });
  resume(kept.base, kept.edits);
}

/** From now on keep whatever waits for an answer. */
export function keepPending(): void {
  useEditor.subscribe((state, before) => {
    if (state.sync === before.sync || state.token === null) return;
    const same = state.sync.pending === before.sync.pending && state.sync.unstored === before.sync.unstored;
    if (same) return;
    clearTimeout(timer);
    timer = setTimeout(write, KEEP_AFTER_MS);
  });
  for (const leaving of ['pagehide', 'beforeunload']) addEventListener(leaving, write);
}

function write(): void {
  clearTimeout(timer);
  const { token, permission, sync } = useEditor.getState();
  if (token === null || permission === 'view') return;
  const mine = [...sync.unstored.map(({ id, changes }) => ({ id, changes })), ...sync.pending];
  const kept = read(token);
  const others = kept?.edits.filter(({ id }) => !own.has(id)) ?? [];
  if (mine.length === 0 && (kept === null || others.length === kept.edits.length)) {
    note(false);
    return;
  }
  const edits = [...others, ...mine];
  for (const { id } of mine) own.add(id);
  const record: Kept = { base: kept?.base ?? sync.confirmed, edits };
  const written = remember(KEY + token, edits.length > 0 ? JSON.stringify(record) : null);
  note(written && mine.length > 0);
}

function note(kept: boolean): void {
  if (useEditor.getState().kept !== kept) useEditor.setState({ kept });
}

function read(token: string): Kept | null {
  try {
    const kept = JSON.parse(recall(KEY + token) ?? 'null') as Kept | null;
    const whole =
      kept && Array.isArray(kept.edits) && kept.edits.length > 0 && Array.isArray(kept.base.nodes);
    return whole ? kept : null;
  } catch {
    return null;
  }
}
