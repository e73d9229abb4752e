import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Change, ClientMessage, Edited, Rejected, Welcome } from './protocol';
import { type Connection, type OtherMessage, openSocket, retryDelayMs } from './socket';

/** The browser's WebSocket as far as the line uses it, driven by the test. */
class FakeSocket {
  readyState = 0;
  sent: ClientMessage[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.closed = true;
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  receive(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  fail(code: number): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }

  of(op: ClientMessage['op']): ClientMessage[] {
    return this.sent.filter((message) => message.op === op);
  }
}

const WELCOME = { op: 'welcome', revision: 7, run: {}, history: [], events: [] };
const RENAME: Change[] = [{ type: 'rename_scenario', name: 'shop' }];

function setUp() {
  const sockets: FakeSocket[] = [];
  const seen = {
    connections: [] as Connection[],
    welcomes: [] as [Welcome, ReadonlyMap<string, Change[]> | null][],
    messages: [] as OtherMessage[],
    edited: [] as [Edited, boolean][],
    rejected: [] as Rejected[],
  };
  const line = openSocket({
    url: 'ws://test/ws/s/abc',
    language: 'ko',
    random: () => 0,
    open: () => {
      sockets.push(new FakeSocket());
      return sockets.at(-1) as unknown as WebSocket;
    },
    handlers: {
      onConnection: (connection) => seen.connections.push(connection),
      onWelcome: (message, unanswered) => {
        seen.welcomes.push([message, unanswered]);
      },
      onMessage: (message) => seen.messages.push(message),
      onEdited: (message, own) => seen.edited.push([message, own]),
      onRejected: (message) => seen.rejected.push(message),
    },
  });
  const socket = (at = -1) => sockets.at(at) as FakeSocket;
  const greet = () => {
    socket().open();
    socket().receive(WELCOME);
  };
  return { line, sockets, socket, seen, greet, status: () => seen.connections.at(-1) };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the live connection', () => {
  it('says hello in the protocol and language of the page and is online after the welcome', () => {
    const { socket, status, seen, greet } = setUp();
    expect(status()?.status).toBe('connecting');
    greet();
    expect(socket().sent[0]).toEqual({ op: 'hello', protocol: 1, language: 'ko' });
    expect(status()?.status).toBe('online');
    expect(seen.welcomes).toHaveLength(1);
  });

  it('acknowledges the newest frame, every few frames and soon after the last', () => {
    const { socket, greet } = setUp();
    greet();
    for (let seq = 0; seq < 4; seq++) socket().receive({ op: 'frame', seq });
    expect(socket().of('ack')).toEqual([{ op: 'ack', seq: 3 }]);
    socket().receive({ op: 'frame', seq: 4 });
    expect(socket().of('ack')).toHaveLength(1);
    vi.advanceTimersByTime(500);
    expect(socket().of('ack').at(-1)).toEqual({ op: 'ack', seq: 4 });
  });

  it('comes back by itself after growing delays and counts anew only once a line held', () => {
    const { sockets, socket, status, greet } = setUp();
    greet();
    socket().fail(1006);
    expect(status()).toMatchObject({ status: 'offline', reason: 'lost' });
    vi.advanceTimersByTime(249);
    expect(sockets).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(sockets).toHaveLength(2);
    greet();
    socket().fail(1006);
    vi.advanceTimersByTime(499);
    expect(sockets).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(sockets).toHaveLength(3);
    greet();
    socket().receive({ op: 'pong', nonce: 1 });
    socket().fail(1006);
    vi.advanceTimersByTime(250);
    expect(sockets).toHaveLength(4);
  });

  it.each([
    [4400, 'bad_message'],
    [4403, 'forbidden'],
    [4404, 'unknown_link'],
  ])('gives up after close code %i', (code, reason) => {
    const { sockets, socket, status, greet } = setUp();
    greet();
    socket().fail(code);
    expect(status()).toMatchObject({ status: 'closed', reason });
    vi.advanceTimersByTime(600_000);
    expect(sockets).toHaveLength(1);
  });

  it.each([
    [4408, 'too_slow'],
    [4429, 'too_many'],
    [1012, 'restarting'],
  ])('tries again after close code %i and says why', (code, reason) => {
    const { sockets, socket, status, greet } = setUp();
    greet();
    socket().fail(code);
    expect(status()).toMatchObject({ status: 'offline', reason });
    vi.advanceTimersByTime(10_000);
    expect(sockets).toHaveLength(2);
  });

  it('retries at once when asked to', () => {
    const { line, sockets, socket, greet } = setUp();
    greet();
    socket().fail(4429);
    line.retryNow();
    expect(sockets).toHaveLength(2);
    vi.advanceTimersByTime(60_000);
    expect(sockets).toHaveLength(2 + 1); // the second line stayed silent and was given up
  });

  it('gives up a line that has gone silent', () => {
    const { socket, status, greet } = setUp();
    greet();
    vi.advanceTimersByTime(20_000);
    expect(socket(0).of('ping')).toHaveLength(2);
    expect(status()?.status).toBe('online');
    vi.advanceTimersByTime(10_000);
    expect(socket(0).closed).toBe(true);
    expect(status()).toMatchObject({ status: 'offline', reason: 'lost' });
  });

  it('keeps a line that answers pings', () => {
    const { sockets, socket, greet } = setUp();
    greet();
    for (let nonce = 1; nonce <= 12; nonce++) {
      vi.advanceTimersByTime(10_000);
      socket().receive({ op: 'pong', nonce });
    }
    expect(sockets).toHaveLength(1);
  });

  it('stays away after close', () => {
    const { line, sockets, socket, status, greet } = setUp();
    greet();
    line.close();
    expect(socket().closed).toBe(true);
    expect(status()?.status).toBe('idle');
    vi.advanceTimersByTime(600_000);
    expect(sockets).toHaveLength(1);
  });

  it('sends controls only while online', () => {
    const { line, socket, greet } = setUp();
    expect(line.send({ op: 'play' })).toBe(false);
    greet();
    expect(line.send({ op: 'play' })).toBe(true);
    expect(socket().of('play')).toHaveLength(1);
  });
});

describe('edits', () => {
  it('carry their id and the newest revision, and are settled by the answer', () => {
    const { line, socket, seen, status, greet } = setUp();
    greet();
    line.edit('e1', RENAME);
    expect(socket().of('edit')).toEqual([{ op: 'edit', id: 'e1', revision: 7, changes: RENAME }]);
    expect(status()?.unsaved).toBe(1);
    socket().receive({ op: 'edited', id: 'other', by: 'v2', revision: 8, changes: RENAME });
    socket().receive({ op: 'edited', id: 'e1', by: 'v1', revision: 9, changes: RENAME });
    expect(seen.edited.map(([message, own]) => [message.id, own])).toEqual([
      ['other', false],
      ['e1', true],
    ]);
    expect(status()?.unsaved).toBe(0);
    line.edit('e2', RENAME);
    expect(socket().of('edit').at(-1)).toMatchObject({ revision: 9 });
    socket().receive({ op: 'rejected', id: 'e2', revision: 9, diagnostics: [] });
    expect(seen.rejected).toHaveLength(1);
    expect(status()?.unsaved).toBe(0);
  });

  it('made or unanswered while the line was down are handed back after the welcome, to be sent again', () => {
    const { line, socket, seen, status, greet } = setUp();
    greet();
    line.edit('e1', RENAME);
    socket().fail(1006);
    line.edit('e2', RENAME);
    expect(status()).toMatchObject({ status: 'offline', unsaved: 2 });
    vi.advanceTimersByTime(250);
    greet();
    expect([...(seen.welcomes.at(-1)?.[1]?.keys() ?? [])]).toEqual(['e1', 'e2']);
    expect(socket().of('edit')).toEqual([]);
    expect(status()?.unsaved).toBe(0);
    line.edit('e1', RENAME);
    line.edit('e2', RENAME);
    expect(socket().of('edit')).toMatchObject([{ id: 'e1' }, { id: 'e2' }]);
  });

  it('are asked a few at a time, in order', () => {
    const { line, socket, status, greet } = setUp();
    greet();
    for (let number = 0; number < 50; number++) line.edit(`e${number}`, RENAME);
    expect(socket().of('edit')).toHaveLength(20);
    expect(status()?.unsaved).toBe(50);
    for (let number = 0; number < 50; number++) {
      const op = number % 2 ? 'edited' : 'rejected';
      socket().receive({ op, id: `e${number}`, by: 'v1', revision: 8, changes: RENAME, diagnostics: [] });
    }
    const ids = socket()
      .of('edit')
      .map((message) => 'id' in message && message.id);
    expect(ids).toEqual(Array.from({ length: 50 }, (_, number) => `e${number}`));
    expect(status()?.unsaved).toBe(0);
  });

  it('on their way are not sent again when the document is replaced meanwhile', () => {
    const { line, socket, seen, greet } = setUp();
    greet();
    line.edit('e1', RENAME);
    socket().receive({ ...WELCOME, revision: 8 });
    expect(seen.welcomes.at(-1)?.[1]).toBeNull();
    expect(socket().of('edit')).toHaveLength(1);
  });
});

describe('retryDelayMs', () => {
  it('doubles up to a bound and is spread over half its length', () => {
    const low = [0, 1, 2, 10].map((attempt) => retryDelayMs(attempt, 'lost', () => 0));
    expect(low).toEqual([250, 500, 1000, 10_000]);
    expect(retryDelayMs(0, 'lost', () => 1)).toBe(500);
    expect(retryDelayMs(0, 'too_many', () => 0)).toBe(5000);
  });
});
