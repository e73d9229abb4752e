/**
 * The live connection of one page to one scenario.
 *
 * It says hello, acknowledges frames, notices a dead line, comes back with a jittered delay and sends again the
 * edits that nobody has answered. It knows nothing of React; whoever opens it passes the handlers.
 */
import {
  type Change,
  CLOSE_BAD_MESSAGE,
  CLOSE_FORBIDDEN,
  CLOSE_TOO_MANY,
  CLOSE_TOO_SLOW,
  CLOSE_UNKNOWN_LINK,
  type ClientMessage,
  type Edited,
  PROTOCOL_VERSION,
  type Rejected,
  type ServerMessage,
  type Welcome,
} from './protocol';

export type ConnectionStatus = 'idle' | 'connecting' | 'online' | 'offline' | 'closed';

export interface Connection {
  status: ConnectionStatus;
  /** why the line is down, as the last part of a text key: "connection.<reason>" */
  reason: CloseReason | null;
  /** when the next attempt is due, on the clock of `now`, while offline */
  retryAt: number | null;
  /** edits made here that the server has not confirmed */
  unsaved: number;
}

export type CloseReason =
  | 'bad_message'
  | 'forbidden'
  | 'unknown_link'
  | 'too_slow'
  | 'too_many'
  | 'restarting'
  | 'lost';

export type OtherMessage = Exclude<ServerMessage, { op: 'welcome' | 'edited' | 'rejected' | 'pong' }>;

export interface SocketHandlers {
  /**
   * `unanswered` are, after a break, this page's edits whose fate is unknown, and null in the middle of a connection
   * (the whole document was replaced). The line forgets them: whoever made them decides whether to send them again.
   */
  onWelcome: (message: Welcome, unanswered: ReadonlyMap<string, Change[]> | null) => void;
  onMessage: (message: OtherMessage) => void;
  onEdited: (message: Edited, own: boolean) => void;
  onRejected: (message: Rejected) => void;
  onConnection: (connection: Connection) => void;
}

export interface SocketOptions {
  url: string;
  language: string;
  handlers: SocketHandlers;
  open?: (url: string) => WebSocket;
  now?: () => number;
  random?: () => number;
}

export interface LiveSocket {
  send: (message: ClientMessage) => boolean;
  /** Send changes now, or as soon as the line is back. */
  edit: (id: string, changes: Change[]) => void;
  retryNow: () => void;
  close: () => void;
}

const OPEN = 1;
const RETRY_FIRST_MS = 500;
const RETRY_MOST_MS = 20_000;
const RETRY_CROWDED_MS = 10_000;
const PING_EVERY_MS = 10_000;
/** Two pings without any answer: the line is dead even if the browser has not noticed (sleep, changed network). */
const SILENCE_MOST_MS = 25_000;
/** Well below the server's window of unacknowledged frames, so that a healthy reader never meets its end. */
const ACK_EVERY_FRAMES = 4;
const EDITS_ASKED_MAX = 20;
const ACK_LATEST_MS = 400;

const REASONS: Record<number, CloseReason> = {
  1001: 'restarting',
  1012: 'restarting',
  1013: 'too_many',
  [CLOSE_BAD_MESSAGE]: 'bad_message',
  [CLOSE_FORBIDDEN]: 'forbidden',
  [CLOSE_UNKNOWN_LINK]: 'unknown_link',
  [CLOSE_TOO_SLOW]: 'too_slow',
  [CLOSE_TOO_MANY]: 'too_many',
};
/** Asking again would get the same answer. */
const FINAL: ReadonlySet<CloseReason> = new Set(['bad_message', 'forbidden', 'unknown_link']);

/** Milliseconds before attempt number `attempt` (0 first): doubling, bounded, and spread over half its length. */
export function retryDelayMs(attempt: number, reason: CloseReason, random: () => number): number {
  const floor = reason === 'too_many' ? RETRY_CROWDED_MS : RETRY_FIRST_MS;
  const most = Math.min(RETRY_MOST_MS, floor * 2 ** Math.min(attempt, 16));
  return most * (0.5 + random() / 2);
}

export function openSocket(options: SocketOptions): LiveSocket {
  return new Line(options);
}

class Line implements LiveSocket {
  readonly #options: SocketOptions;
  readonly #now: () => number;
  readonly #pending = new Map<string, Change[]>();
  /** those of `#pending` that were sent on this connection and have no answer */
  readonly #asked = new Set<string>();
  #socket: WebSocket | null = null;
  #connection: Connection = { status: 'idle', reason: null, retryAt: null, unsaved: 0 };
  #attempt = 0;
  #revision = 0;
  #heardAt = 0;
  #nonce = 0;
  #seenSeq = -1;
  #ackedSeq = -1;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #ackTimer: ReturnType<typeof setTimeout> | undefined;
  #pingTimer: ReturnType<typeof setInterval> | undefined;

  constructor(options: SocketOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    globalThis.addEventListener?.('online', this.retryNow);
    this.#connect();
  }

  send = (message: ClientMessage): boolean => {
    if (this.#socket?.readyState !== OPEN || this.#connection.status !== 'online') return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  };

  edit = (id: string, changes: Change[]): void => {
    this.#pending.set(id, changes);
    this.#sendEdits();
    this.#report({});
  };

  retryNow = (): void => {
    if (this.#connection.status !== 'offline') return;
    clearTimeout(this.#retryTimer);
    this.#connect();
  };

  close = (): void => {
    globalThis.removeEventListener?.('online', this.retryNow);
    this.#drop();
    this.#report({ status: 'idle', reason: null, retryAt: null });
  };

  #connect(): void {
    const open = this.#options.open ?? ((url: string) => new WebSocket(url));
    this.#report({ status: 'connecting', retryAt: null });
    const socket = open(this.#options.url);
    this.#socket = socket;
    this.#heardAt = this.#now();
    socket.onopen = () => {
      socket.send(
        JSON.stringify({ op: 'hello', protocol: PROTOCOL_VERSION, language: this.#options.language }),
      );
    };
    socket.onmessage = (event: MessageEvent) => this.#receive(String(event.data));
    socket.onclose = (event: CloseEvent) => this.#closed(REASONS[event.code] ?? 'lost');
    this.#pingTimer = setInterval(() => this.#ping(), PING_EVERY_MS);
  }

  #receive(text: string): void {
    this.#heardAt = this.#now();
    const message = JSON.parse(text) as ServerMessage;
    const { handlers } = this.#options;
    switch (message.op) {
      case 'welcome':
        this.#welcomed(message);
        return;
      case 'edited': {
        this.#revision = message.revision;
        const own = this.#pending.delete(message.id);
        this.#asked.delete(message.id);
        handlers.onEdited(message, own);
        this.#sendEdits();
        this.#report({});
        return;
      }
      case 'rejected':
        this.#revision = message.revision;
        this.#pending.delete(message.id);
        this.#asked.delete(message.id);
        handlers.onRejected(message);
        this.#sendEdits();
        this.#report({});
        return;
      case 'pong':
        // Only a line that lived this long counts as well again: one that dies at each welcome keeps backing off.
        this.#attempt = 0;
        return;
      case 'frame':
        this.#seenSeq = message.seq;
        this.#acknowledge();
        break;
    }
    handlers.onMessage(message);
  }

  #welcomed(message: Welcome): void {
    this.#revision = message.revision;
    this.#seenSeq = -1;
    this.#ackedSeq = -1;
    // A welcome in the middle of a connection (the document was replaced) loses no edit that is on its way.
    const returned = this.#connection.status !== 'online';
    this.#report({ status: 'online', reason: null, retryAt: null });
    const unanswered = returned ? new Map(this.#pending) : null;
    if (returned) {
      this.#pending.clear();
      this.#asked.clear();
    }
    this.#options.handlers.onWelcome(message, unanswered);
    this.#report({});
  }

  /** Send what waits, a few at a time: the server bounds how many edits may wait for it. */
  #sendEdits(): void {
    for (const [id, changes] of this.#pending) {
      if (this.#asked.size >= EDITS_ASKED_MAX) return;
      if (this.#asked.has(id)) continue;
      if (!this.send({ op: 'edit', id, revision: this.#revision, changes })) return;
      this.#asked.add(id);
    }
  }

  #acknowledge(): void {
    if (this.#seenSeq - this.#ackedSeq >= ACK_EVERY_FRAMES) {
      this.#sendAck();
    } else {
      this.#ackTimer ??= setTimeout(() => this.#sendAck(), ACK_LATEST_MS);
    }
  }

  #sendAck(): void {
    clearTimeout(this.#ackTimer);
    this.#ackTimer = undefined;
    if (this.send({ op: 'ack', seq: this.#seenSeq })) this.#ackedSeq = this.#seenSeq;
  }

  #ping(): void {
    if (this.#now() - this.#heardAt > SILENCE_MOST_MS) this.#closed('lost');
    else this.send({ op: 'ping', nonce: ++this.#nonce });
  }

  #closed(reason: CloseReason): void {
    this.#drop();
    if (FINAL.has(reason)) {
      this.#report({ status: 'closed', reason, retryAt: null });
      return;
    }
    const delay = retryDelayMs(this.#attempt++, reason, this.#options.random ?? Math.random);
    this.#retryTimer = setTimeout(() => this.#connect(), delay);
    this.#report({ status: 'offline', reason, retryAt: this.#now() + delay });
  }

  /** Let go of the present socket; its late events must not reach us. */
  #drop(): void {
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#ackTimer);
    clearInterval(this.#pingTimer);
    this.#ackTimer = undefined;
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #report(change: Partial<Connection>): void {
    const next = { ...this.#connection, ...change, unsaved: this.#pending.size };
    const same = (Object.keys(next) as (keyof Connection)[]).every(
      (field) => next[field] === this.#connection[field],
    );
    this.#connection = next;
    if (!same) this.#options.handlers.onConnection(next);
  }
}
