/** The one place where a run's frames arrive in the page, for everything that draws them. */
import { BlameBoard } from './blame';
import { type Frame, History, type LoggedEvent, Smoothed } from './frames';
import type { HistoryPoint, Layout, RunEvent, RunState } from './protocol';

export type FeedChange = 'frame' | 'layout' | 'events' | 'run' | 'reset';
type Listener = (change: FeedChange) => void;

export class Feed {
  layout: Layout | null = null;
  frame: Frame | null = null;
  run: RunState | null = null;
  readonly smoothed = new Smoothed();
  readonly history = new History();
  readonly blame = new BlameBoard();
  #nodeAt: ReadonlyMap<string, number> = new Map();
  #edgeAt: ReadonlyMap<string, number> = new Map();
  readonly #listeners = new Set<Listener>();
  readonly #now_s: () => number;

  constructor(now_s: () => number = () => performance.now() / 1000) {
    this.#now_s = now_s;
  }

  subscribe = (listener: Listener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  nodeAt(id: string): number | undefined {
    return this.#nodeAt.get(id);
  }

  edgeAt(id: string): number | undefined {
    return this.#edgeAt.get(id);
  }

  setRun(run: RunState | null): void {
    this.run = run;
    this.#tell('run');
  }

  setLayout(layout: Layout): void {
    this.layout = layout;
    this.#nodeAt = new Map(layout.nodes.map((id, at) => [id, at]));
    this.#edgeAt = new Map(layout.edges.map((id, at) => [id, at]));
    this.smoothed.relayout(layout);
    this.history.relayout(layout);
    this.#tell('layout');
  }

  push(frame: Frame): void {
    // A frame of another layout cannot be read; its layout is on the way.
    if (!this.layout || frame.layout !== this.layout.version) return;
    if (this.frame && frame.now_s < this.frame.now_s) this.#forget();
    const at_s = this.#now_s();
    this.frame = frame;
    this.smoothed.update(frame, at_s);
    this.blame.update(frame, this.layout.nodes, at_s);
    this.history.push(frame);
    this.#tell('frame');
  }

  /** Take in events whose frame this page missed. */
  addEvents(events: readonly RunEvent[]): void {
    this.history.addEvents(events);
    this.#tell('events');
  }

  /** Start again, with what the server remembers. */
  restart(points: readonly HistoryPoint[], events: readonly RunEvent[]): void {
    this.#forget();
    this.history.restore(points, events);
    this.#tell('reset');
  }

  /** Events of the last `window_s` seconds before the newest frame. */
  eventsWithin(window_s: number): LoggedEvent[] {
    const { events } = this.history;
    const since = (this.frame?.now_s ?? events.at(-1)?.at_s ?? 0) - window_s;
    return events.from(0).filter((event) => event.at_s >= since);
  }

  #forget(): void {
    this.frame = null;
    this.smoothed.reset();
    this.blame.clear();
    this.history.clear();
  }

  #tell(change: FeedChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

export const feed = new Feed();
