import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Diagnostic } from './core/api';
import type { DocumentChange } from './core/changes';
import { waterworks } from './core/testCatalog';
import {
  acceptRemote,
  adoptLink,
  applyLocal,
  endGesture,
  noteStored,
  openDocument,
  redo,
  reject,
  saveState,
  select,
  setEditSink,
  setOnline,
  undo,
  useEditor,
} from './store';

const get = useEditor.getState;
const rename = (node_id: string, name: string): DocumentChange => ({ type: 'rename_node', node_id, name });
const length = (value: number): DocumentChange => ({
  type: 'set_parameter',
  node_id: 'p',
  name: 'length_s',
  value,
});
const name = (id: string) => get().document.nodes.find((node) => node.id === id)?.name;
const sink = vi.fn<(id: string, changes: DocumentChange[]) => void>();

function open(token: string | null, permission: 'edit' | 'view' = 'edit'): void {
  openDocument(waterworks(), { token, viewToken: null, permission, revision: 1 });
}

function lastSent(): { id: string; changes: DocumentChange[] } {
  const call = sink.mock.calls.at(-1);
  if (!call) throw new Error('nothing was sent');
  return { id: call[0], changes: call[1] };
}

beforeEach(() => {
  vi.useFakeTimers();
  sink.mockReset();
  setEditSink(null);
  open('token');
  setEditSink(sink);
  setOnline(true);
});

describe('an edit', () => {
  it('shows at once, is sent once, and is saved when the server says so', () => {
    applyLocal([rename('p', 'Main')]);
    expect(name('p')).toBe('Main');
    expect(sink).toHaveBeenCalledTimes(1);
    expect(saveState(get())).toBe('saving');
    const { id, changes } = lastSent();
    acceptRemote(changes, 2, id);
    expect(saveState(get())).toBe('saved');
    expect(get()).toMatchObject({ revision: 2 });
    expect(name('p')).toBe('Main');
  });

  it('is not called saved before the server has written it down, once it tells', () => {
    noteStored(1);
    applyLocal([rename('p', 'Main')]);
    const { id, changes } = lastSent();
    acceptRemote(changes, 2, id);
    expect(saveState(get())).toBe('saving');
    noteStored(2);
    expect(saveState(get())).toBe('saved');
  });

  it('is taken back with a reason when the server refuses it', () => {
    applyLocal([rename('p', 'Main')]);
    const diagnostic = { message: 'No {what} today.', values: { what: 'names' } } as unknown as Diagnostic;
    reject(lastSent().id, [diagnostic]);
    expect(name('p')).toBe('p');
    expect(get().notice).toMatchObject({
      text: '“Rename p” could not be kept: No names today.',
      tone: 'error',
    });
    expect(saveState(get())).toBe('saved');
  });

  it('of a gesture is one message and one undo step', () => {
    for (const value of [0.3, 0.4, 0.5]) applyLocal([length(value)], 'slide');
    expect(sink).not.toHaveBeenCalled();
    vi.advanceTimersByTime(200);
    expect(lastSent().changes).toEqual([length(0.5)]);
    applyLocal([length(0.6)], 'slide');
    endGesture();
    expect(lastSent().changes).toEqual([length(0.6)]);
    undo();
    expect(get().document).toEqual(waterworks());
    redo();
    expect(get().document.nodes[1]?.parameters).toEqual({ length_s: 0.6 });
  });

  it('is refused, and said so, when the link may only watch', () => {
    open('token', 'view');
    expect(applyLocal([rename('p', 'Main')])).toBe(false);
    expect(name('p')).toBe('p');
    expect(get().notice?.tone).toBe('error');
    expect(saveState(get())).toBe('readonly');
  });
});

describe('offline', () => {
  it('edits wait and go out in order when there is a line again', () => {
    setEditSink(null);
    setOnline(false);
    applyLocal([rename('p', 'One')]);
    applyLocal([rename('b', 'Two')]);
    expect(saveState(get())).toBe('offline');
    setEditSink(sink);
    expect(sink.mock.calls.map(([, changes]) => changes)).toEqual([
      [rename('p', 'One')],
      [rename('b', 'Two')],
    ]);
  });

  it('edits survive the server’s newer document', () => {
    setEditSink(null);
    applyLocal([rename('p', 'Mine')]);
    acceptRemote({ ...waterworks(), name: 'Theirs' }, 8);
    expect(name('p')).toBe('Mine');
    expect(get().document.name).toBe('Theirs');
  });
});

describe('a drawing without a link', () => {
  it('keeps edits here, and sends what was drawn while it was being stored', () => {
    open(null);
    applyLocal([rename('p', 'Before')]);
    expect(saveState(get())).toBe('local');
    useEditor.setState({ creating: true });
    applyLocal([rename('b', 'During')]);
    adoptLink('new', 'watch');
    expect(sink.mock.calls.map(([, changes]) => changes)).toEqual([[rename('b', 'During')]]);
    expect(get()).toMatchObject({ token: 'new', viewToken: 'watch', creating: false });
  });
});

describe('other people', () => {
  it('take part: their changes arrive, undo leaves them alone, and what they delete is no longer selected', () => {
    applyLocal([rename('p', 'Mine')]);
    const { id, changes } = lastSent();
    acceptRemote(changes, 2, id);
    acceptRemote([rename('s', 'Theirs')], 3);
    undo();
    expect([name('s'), name('p')]).toEqual(['Theirs', 'p']);
    select({ nodes: ['p', 'b'] });
    acceptRemote([{ type: 'remove_node', node_id: 'p' }], 4);
    expect(get().selection.nodes).toEqual(['b']);
  });
});
