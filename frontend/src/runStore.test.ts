import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { emptyDocument } from './core/document';
import { feed } from './core/feed';
import { makeFrame, makeLayout } from './core/fixtures';
import type { ClientMessage, RunState } from './core/protocol';
import { act, followScenario, mayControl, pause, play, socketUrl, useRun } from './runStore';
import { applyLocal, openDocument, saveState, useEditor } from './store';

class FakeSocket {
  static last: FakeSocket;
  readyState = 0;
  sent: ClientMessage[] = [];
  readonly url: string;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(url: string) {
    this.url = url;
    FakeSocket.last = this;
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {}

  receive(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  of(op: ClientMessage['op']): ClientMessage[] {
    return this.sent.filter((message) => message.op === op);
  }
}

const RUN: RunState = {
  status: 'stopped',
  speed: 1,
  achieved_speed: 1,
  now_s: 0,
  seed: 3,
  viewers: 1,
  can_control: true,
  number: 1,
};

function greet(wish: object = {}): FakeSocket {
  const socket = FakeSocket.last;
  socket.readyState = 1;
  socket.onopen?.();
  socket.receive({
    op: 'welcome',
    document: { ...emptyDocument('shop'), name: 'shop' },
    revision: 4,
    permission: 'edit',
    run: RUN,
    layout: makeLayout(),
    begun: null,
    viewers: 2,
    history: [],
    events: [],
    course: [],
    ...wish,
  });
  return socket;
}

let stop = () => {};
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeSocket);
  openDocument(emptyDocument('shop'), { token: 'tok', viewToken: null, permission: 'edit', revision: 3 });
  stop = followScenario();
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

describe('the run of this page', () => {
  it('connects to the scenario of the link and shows what the welcome says', () => {
    expect(FakeSocket.last.url).toMatch(/^ws:\/\/[^/]+\/ws\/s\/tok$/);
    greet();
    expect(useRun.getState().run).toMatchObject({ seed: 3, viewers: 2 });
    expect(useEditor.getState()).toMatchObject({ revision: 4, online: true, permission: 'edit' });
    expect(feed.layout?.nodes).toEqual(['a', 'b', 'c']);
  });

  it('starts as soon as the line is there when play was pressed before', async () => {
    await play();
    const socket = greet();
    expect(socket.of('play')).toHaveLength(1);
    expect(useRun.getState().starting).toBe(true);
    socket.receive({ op: 'run', state: { ...RUN, status: 'running' } });
    expect(useRun.getState().starting).toBe(false);
    pause();
    expect(socket.of('pause')).toHaveLength(1);
  });

  it('stops saying that it starts when the server refuses', async () => {
    const socket = greet();
    await play();
    socket.receive({
      op: 'error',
      code: 'cannot_run',
      message: 'Not like this: {why}',
      values: { why: 'x' },
    });
    expect(useRun.getState().starting).toBe(false);
    expect(useEditor.getState().notice?.text).toBe('Not like this: x');
  });

  it('feeds frames, and forgets them when the run begins again', () => {
    const socket = greet();
    socket.receive({ op: 'frame', seq: 1, ...makeFrame({ now_s: 5 }) });
    expect(feed.frame?.now_s).toBe(5);
    socket.receive({ op: 'run', state: { ...RUN, status: 'running', now_s: 0 } });
    expect(feed.frame).toBeNull();
    expect(feed.history.rows.length).toBe(0);
  });

  it('knows what the run began with, until another begins or it ends', () => {
    const socket = greet();
    const begun = () => useRun.getState().begun?.name ?? null;
    const told = (state: Partial<RunState>) =>
      socket.receive({ op: 'run', state: { ...RUN, status: 'running', ...state } });
    const renamed = (id: string, name: string, revision: number) =>
      socket.receive({ op: 'edited', revision, changes: [{ type: 'rename_scenario', name }], by: 'x', id });
    expect(begun()).toBeNull();
    told({ number: 1 });
    expect(begun()).toBe('shop');
    renamed('e1', 'mall', 5);
    told({ number: 1, status: 'paused', now_s: 3 });
    expect(begun()).toBe('shop');
    told({ number: 2 });
    expect(begun()).toBe('mall');
    told({ number: 2, status: 'failed' });
    expect(begun()).toBeNull();
  });

  it('learns of those who were here before what the run began with', () => {
    const run = { ...RUN, status: 'running' as const };
    greet({ run, begun: emptyDocument('earlier') });
    expect(useRun.getState().begun?.name).toBe('earlier');
    greet({ run });
    expect(useRun.getState().begun?.name).toBe('shop');
  });

  it('keeps what was drawn when somebody joins or the run says how it stands a moment late', () => {
    const socket = greet();
    socket.receive({ op: 'run', state: { ...RUN, status: 'running', now_s: 0 } });
    socket.receive({ op: 'frame', seq: 1, ...makeFrame({ now_s: 5 }) });
    socket.receive({ op: 'viewers', count: 7 });
    socket.receive({ op: 'run', state: { ...RUN, status: 'running', speed: 2, now_s: 4.9 } });
    expect(feed.history.rows.length).toBe(1);
    socket.receive({ op: 'viewers', count: 8 });
    expect(useRun.getState().run).toMatchObject({ viewers: 8, speed: 2 });
  });

  it("sends the editor's edits and confirms them", () => {
    const socket = greet();
    applyLocal([{ type: 'rename_scenario', name: 'mall' }]);
    const [edit] = socket.of('edit');
    expect(edit).toMatchObject({ revision: 4, changes: [{ type: 'rename_scenario', name: 'mall' }] });
    expect(useEditor.getState().sync.pending).toHaveLength(1);
    if (edit?.op !== 'edit') throw new Error('an edit expected');
    socket.receive({ op: 'edited', id: edit.id, by: 'me', revision: 5, changes: edit.changes });
    expect(useEditor.getState()).toMatchObject({ revision: 5, document: { name: 'mall' } });
    expect(useEditor.getState().sync.pending).toHaveLength(0);
  });

  it('calls the drawing saved only once the server has written it down', () => {
    const socket = greet();
    socket.receive({ op: 'saved', revision: 4 });
    expect(saveState(useEditor.getState())).toBe('saved');
    socket.receive({
      op: 'edited',
      revision: 5,
      changes: [{ type: 'set_seed', seed: 9 }],
      by: 'other',
      id: 'x',
    });
    expect(saveState(useEditor.getState())).toBe('saving');
    socket.receive({ op: 'saved', revision: 5 });
    expect(saveState(useEditor.getState())).toBe('saved');
  });

  it('sends again after a break whatever the server may not have, and no action on the run', () => {
    const socket = greet();
    applyLocal([{ type: 'rename_scenario', name: 'mall' }]);
    applyLocal([{ type: 'set_notes', notes: 'new' }]);
    act([{ type: 'fault', fault: 'crash', node_id: 'a' }]);
    socket.onclose?.({ code: 1006 });
    expect(useEditor.getState().online).toBe(false);
    vi.advanceTimersByTime(1000);
    const again = greet({ document: emptyDocument('mall'), revision: 5 });
    const sent = again.of('edit');
    expect(sent).toMatchObject([
      { revision: 5, changes: [{ type: 'rename_scenario' }] },
      { revision: 5, changes: [{ type: 'set_notes' }] },
    ]);
    const ids = socket.of('edit').map((edit) => 'id' in edit && edit.id);
    expect(sent.map((edit) => 'id' in edit && edit.id)).toEqual(ids.slice(0, 2));
    expect(useEditor.getState().notice?.tone).toBe('error');
    expect(useEditor.getState().document).toMatchObject({ name: 'mall', notes: 'new' });
  });

  it('acts on the run only over a live line', () => {
    expect(act([{ type: 'heal', node_id: 'a' }])).toBe(false);
    expect(useEditor.getState().notice?.tone).toBe('error');
    const socket = greet();
    expect(act([{ type: 'heal', node_id: 'a' }])).toBe(true);
    expect(socket.of('edit')).toMatchObject([{ changes: [{ type: 'heal', node_id: 'a' }] }]);
  });

  it('leaves the control to those who may', () => {
    greet({ permission: 'view', run: { ...RUN, can_control: false } });
    expect(mayControl(useRun.getState(), 'view')).toBe(false);
    expect(useEditor.getState().permission).toBe('view');
  });

  it('lets go when the page shows another drawing', () => {
    greet();
    openDocument(emptyDocument(''), { token: null, viewToken: null, permission: 'edit', revision: 0 });
    expect(useRun.getState()).toMatchObject({ run: null, connection: { status: 'idle' } });
  });
});

it('uses an encrypted line from an encrypted page', () => {
  expect(socketUrl('t/1', { protocol: 'https:', host: 'example.org' })).toBe('wss://example.org/ws/s/t%2F1');
});
