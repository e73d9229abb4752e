/** The live connection of this page: opened when the drawing has a link, feeding the editor, the feed and the run bar. */
import { create } from 'zustand';
import { feed } from './core/feed';
import { language, t, tr } from './core/i18n';
import { newId } from './core/ids';
import type { Change, LiveChange, RunState } from './core/protocol';
import { type Connection, type LiveSocket, type OtherMessage, openSocket } from './core/socket';
import { ensureScenario } from './session';
import { acceptRemote, noteStored, notify, reject, rejoin, setEditSink, setOnline, useEditor } from './store';

export interface LiveState {
  run: RunState | null;
  connection: Connection;
  /** play was pressed and the run has not answered yet */
  starting: boolean;
}

const NOT_CONNECTED: Connection = { status: 'idle', reason: null, retryAt: null, unsaved: 0 };

export const useRun = create<LiveState>(() => ({ run: null, connection: NOT_CONNECTED, starting: false }));

const { getState: get, setState: set } = useRun;

/** One step of the run bar, in simulated seconds. */
export const STEP_S = 0.1;

let socket: LiveSocket | null = null;
let connectedTo: string | null = null;

/** Keep a connection to whatever scenario the editor shows; returns the way to stop. */
export function followScenario(): () => void {
  connect(useEditor.getState().token);
  const unsubscribe = useEditor.subscribe((state) => connect(state.token));
  return () => {
    unsubscribe();
    connect(null);
  };
}

export function socketUrl(token: string, at: { protocol: string; host: string } = location): string {
  const scheme = at.protocol === 'https:' ? 'wss:' : 'ws:';
  return `${scheme}//${at.host}/ws/s/${encodeURIComponent(token)}`;
}

function connect(token: string | null): void {
  if (token === connectedTo) return;
  connectedTo = token;
  setEditSink(null);
  socket?.close();
  socket = null;
  feed.restart([], []);
  showRun(null);
  if (token === null) {
    set({ starting: false });
    return;
  }
  socket = openSocket({
    url: socketUrl(token),
    language: language(),
    handlers: {
      onWelcome: (message, unanswered) => {
        if (unanswered) rejoin(message.document, message.revision);
        else acceptRemote(message.document, message.revision);
        noteStored(message.stored_revision);
        // Late, an action on the run would be another action.
        const acted = [...(unanswered?.values() ?? [])].some((changes) => changes.some(isLive));
        if (acted) notify(t('together.action_lost'), 'error');
        useEditor.setState({ permission: message.permission });
        if (message.layout) feed.setLayout(message.layout);
        feed.restart(message.history, message.events);
        showRun({ ...message.run, viewers: message.viewers });
        if (get().starting) socket?.send({ op: 'play' });
      },
      onEdited: (message, own) => acceptRemote(message.changes, message.revision, own ? message.id : null),
      onRejected: (message) => reject(message.id, message.diagnostics, message.document),
      onMessage: receive,
      onConnection: (connection) => {
        set({ connection });
        setOnline(connection.status === 'online');
      },
    },
  });
  const line = socket;
  setEditSink((id, changes) => line.edit(id, changes));
}

const LIVE: ReadonlySet<Change['type']> = new Set<LiveChange['type']>(['fault', 'heal', 'inject', 'trace']);

function isLive(change: Change): boolean {
  return LIVE.has(change.type);
}

function receive(message: OtherMessage): void {
  switch (message.op) {
    case 'frame':
      feed.push(message);
      return;
    case 'layout':
      feed.setLayout(message);
      return;
    case 'events':
      feed.addEvents(message.events);
      return;
    case 'run':
      showRun(message.state);
      return;
    case 'viewers': {
      const { run } = get();
      if (run) set({ run: { ...run, viewers: message.count } });
      return;
    }
    case 'saved':
      noteStored(message.revision);
      return;
    case 'error':
      set({ starting: false });
      notify(tr(message.message, message.values), 'error');
  }
}

function showRun(run: RunState | null): void {
  // A restarted run begins at zero: what was drawn of the last one is past.
  if (feed.frame && run?.now_s === 0) feed.restart([], []);
  set({ run, starting: get().starting && run?.status !== 'running' });
  feed.setRun(run);
}

export function mayControl(state: LiveState, permission: string): boolean {
  return state.run ? state.run.can_control : permission === 'edit';
}

/** Start the run or go on; stores the drawing first when it has no link yet. */
export async function play(): Promise<void> {
  set({ starting: true });
  if (socket) {
    socket.send({ op: 'play' });
    return;
  }
  const token = await ensureScenario();
  if (token === null) set({ starting: false });
}

export function pause(): void {
  set({ starting: false });
  socket?.send({ op: 'pause' });
}

export function toggle(): void {
  if (get().run?.status === 'running') pause();
  else void play();
}

export function step(): void {
  socket?.send({ op: 'step', seconds: STEP_S });
}

export function setSpeed(factor: number): void {
  socket?.send({ op: 'speed', factor });
}

/** @param seed null keeps the document's */
export function restart(seed: number | null): void {
  socket?.send({ op: 'restart', seed });
}

export function retryNow(): void {
  socket?.retryNow();
}

/** Act on the running system; says so when there is no line, since a fault injected later is a different one. */
export function act(changes: LiveChange[]): boolean {
  if (!socket || get().connection.status !== 'online') {
    notify(t('live.run.not_connected'), 'error');
    return false;
  }
  socket.edit(newId('live', new Set()), changes);
  return true;
}
