/** The live connection of this page: opened when the drawing has a link, feeding the editor, the feed and the run bar. */
import { create } from 'zustand';
import * as company from './company';
import { completeDocument, type ScenarioDocument } from './core/document';
import { feed } from './core/feed';
import { language, t, tr } from './core/i18n';
import { newId } from './core/ids';
import type {
  Branch,
  Branched,
  Change,
  LiveChange,
  Look,
  MomentMessage,
  NotSeen,
  RunState,
  ShowTraces,
  TracesMessage,
} from './core/protocol';
import { SPEED_MAX } from './core/protocol';
import { type Connection, type LiveSocket, type OtherMessage, openSocket } from './core/socket';
import { keepIdentity } from './core/sync';
import { phaseLog } from './phases';
import { ensureScenario } from './session';
import { acceptRemote, noteStored, notify, reject, rejoin, setEditSink, setOnline, useEditor } from './store';

export interface LiveState {
  run: RunState | null;
  connection: Connection;
  /** play was pressed and the run has not answered yet */
  starting: boolean;
  /** the drawing that the run under way began with */
  begun: ScenarioDocument | null;
}

const NOT_CONNECTED: Connection = { status: 'idle', reason: null, retryAt: null, unsaved: 0 };

export const useRun = create<LiveState>(() => ({
  run: null,
  connection: NOT_CONNECTED,
  starting: false,
  begun: null,
}));

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
  company.leave();
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
        if (unanswered) company.enter(message.viewer_id, (said) => socket?.send(said) ?? false);
        // Late, an action on the run would be another action.
        const acted = [...(unanswered?.values() ?? [])].some((changes) => changes.some(isLive));
        if (acted) notify(t('together.action_lost'), 'error');
        useEditor.setState({ permission: message.permission });
        if (message.layout) feed.setLayout(message.layout);
        feed.restart(message.history, message.events);
        phaseLog.restore(message.course, message.events);
        dropQuestions();
        showRun({ ...message.run, viewers: message.viewers });
        if (get().begun) {
          const begun = completeDocument(message.begun ?? message.document);
          set({ begun: keepIdentity(useEditor.getState().document, begun) });
        }
        for (const listener of welcomed) listener();
        if (get().starting) socket?.send({ op: 'play' });
      },
      onEdited: (message, own) => acceptRemote(message.changes, message.revision, own ? message.id : null),
      onRejected: (message) => reject(message.id, message.diagnostics, message.document),
      onMessage: receive,
      onConnection: (connection) => {
        set({ connection });
        if (connection.status !== 'online') dropQuestions();
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
    case 'people':
      company.hearPeople(message);
      return;
    case 'around':
      company.hearAround(message);
      return;
    case 'saved':
      noteStored(message.revision);
      return;
    case 'moment':
    case 'traces':
    case 'branched':
    case 'not_seen':
      questions.get(message.id)?.(message);
      questions.delete(message.id);
      return;
    case 'error':
      set({ starting: false });
      notify(tr(message.message, message.values), 'error');
  }
}

function showRun(run: RunState | null): void {
  const { run: before, begun } = get();
  // What the server has taken when a run begins, it begins with; what is on its way comes later.
  const goesOn = begun !== null && before?.number === run?.number;
  set({ begun: isUnderWay({ run }) ? (goesOn ? begun : useEditor.getState().sync.confirmed) : null });
  // A restarted run begins at zero: what was drawn of the last one is past.
  if (feed.live_s !== null && run?.now_s === 0) feed.restart([], []);
  set({ run, starting: get().starting && run?.status !== 'running' });
  feed.setRun(run);
}

export function mayControl(state: LiveState, permission: string): boolean {
  return state.run ? state.run.can_control : permission === 'edit';
}

/** Whether there is a run, going on or paused. */
export function isUnderWay({ run }: Pick<LiveState, 'run'>): boolean {
  return run?.status === 'running' || run?.status === 'paused';
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

/** @param follow stop as soon as something happens to the request that was sent last */
export function step(follow = false): void {
  socket?.send({ op: 'step', seconds: STEP_S, follow });
}

export function setSpeed(factor: number): void {
  socket?.send({ op: 'speed', factor });
}

/** Speeds to choose from, in simulated seconds a second; the last is as fast as the engine goes. */
export const SPEEDS: readonly number[] = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 25, 50, 100, SPEED_MAX];

/** Go to the next faster or slower speed there is. */
export function shiftSpeed(by: 1 | -1): void {
  const { run } = get();
  if (!run?.can_control) return;
  const next =
    by > 0 ? SPEEDS.find((speed) => speed > run.speed) : SPEEDS.findLast((speed) => speed < run.speed);
  if (next !== undefined) setSpeed(next);
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

type Asked = Look | ShowTraces | Branch;
type Without<Message> = Message extends unknown ? Omit<Message, 'id'> : never;
export type Question = Without<Asked>;
export type Answer = MomentMessage | TracesMessage | Branched | NotSeen;

const questions = new Map<number, (answer: Answer | null) => void>();
const welcomed = new Set<() => void>();
let asked = 0;

/** Ask about the past or the requests of the run, for this page alone; null when the line is down. */
export function ask(question: Question): Promise<Answer | null> {
  asked += 1;
  const id = asked;
  return new Promise((resolve) => {
    if (socket?.send({ ...question, id } as Asked)) questions.set(id, resolve);
    else resolve(null);
  });
}

/** Call `act` whenever the server has told how things stand. */
export function onWelcome(act: () => void): () => void {
  welcomed.add(act);
  return () => welcomed.delete(act);
}

function dropQuestions(): void {
  for (const resolve of questions.values()) resolve(null);
  questions.clear();
}
