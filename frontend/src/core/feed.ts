/** The one place where a run's frames arrive in the page, for everything that draws them. */
import { BlameBoard } from './blame';
import { type Frame, History, type LoggedEvent, Smoothed } from './frames';
import type { HistoryPoint, Layout, RunEvent, RunState } from './protocol';

/** `moment`: another moment is shown, or the present again; `behind`: the run went on while an earlier one is shown. */
export type FeedChange = 'frame' | 'layout' | 'events' | 'run' | 'reset' | 'moment' | 'behind';
type Listener = (change: FeedChange) => void;

/** What can be seen of one moment. */
class View {
  layout: Layout | null = null;
  frame: Frame | null = null;
  readonly smoothed = new Smoothed();
  readonly blame = new BlameBoard();
  nodeAt: ReadonlyMap<string, number> = new Map();
  edgeAt: ReadonlyMap<string, number> = new Map();

  relayout(layout: Layout): void {
    this.layout = layout;
    this.nodeAt = new Map(layout.nodes.map((id, at) => [id, at]));
    this.edgeAt = new Map(layout.edges.map((id, at) => [id, at]));
    this.smoothed.relayout(layout);
  }

  show(frame: Frame, at_s: number): void {
    this.frame = frame;
    this.smoothed.update(frame, at_s);
    this.blame.update(frame, this.layout?.nodes ?? [], at_s);
  }

  forget(): void {
    this.frame = null;
    this.smoothed.reset();
    this.blame.clear();
  }
}

export class Feed {
  run: RunState | null = null;
  readonly history = new History();
  readonly #live = new View();
  #past: View | null = null;
  readonly #listeners = new Set<Listener>();
  readonly #now_s: () => number;

  constructor(now_s: () => number = () => performance.now() / 1000) {
    this.#now_s = now_s;
  }

  subscribe = (listener: Listener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  get #shown(): View {
    return this.#past ?? this.#live;
  }

  get layout(): Layout | null {
    return this.#shown.layout;
  }

  get frame(): Frame | null {
    return this.#shown.frame;
  }

  get smoothed(): Smoothed {
    return this.#shown.smoothed;
  }

  get blame(): BlameBoard {
    return this.#shown.blame;
  }

  /** Whether an earlier moment is shown. */
  get isPast(): boolean {
    return this.#past !== null;
  }

  /** Where the run is, whatever is shown; null before its first frame. */
  get live_s(): number | null {
    return this.#live.frame?.now_s ?? null;
  }

  nodeAt(id: string): number | undefined {
    return this.#shown.nodeAt.get(id);
  }

  edgeAt(id: string): number | undefined {
    return this.#shown.edgeAt.get(id);
  }

  setRun(run: RunState | null): void {
    this.run = run;
    this.#tell('run');
  }

  setLayout(layout: Layout): void {
    this.#live.relayout(layout);
    this.history.relayout(layout);
    this.#tell('layout');
  }

  push(frame: Frame): void {
    const live = this.#live;
    // A frame of another layout cannot be read; its layout is on the way.
    if (!live.layout || frame.layout !== live.layout.version) return;
    if (live.frame && frame.now_s < live.frame.now_s) this.#forget();
    live.show(frame, this.#now_s());
    this.history.push(frame);
    this.#tell(this.#past ? 'behind' : 'frame');
  }

  /** Show an earlier moment of the run; what comes in meanwhile is kept for later. */
  showMoment(frame: Frame, layout: Layout): void {
    this.#past = new View();
    this.#past.relayout(layout);
    this.#past.show(frame, this.#now_s());
    this.history.until_s = frame.now_s;
    this.#tell('moment');
  }

  /** Show the present again. */
  showLive(): void {
    if (!this.#past) return;
    this.#past = null;
    this.history.until_s = null;
    this.#tell('moment');
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

  /** Events of the last `window_s` seconds before the moment that is shown. */
  eventsWithin(window_s: number): LoggedEvent[] {
    const { events, until_s } = this.history;
    const since = (this.frame?.now_s ?? events.at(-1)?.at_s ?? 0) - window_s;
    const until = until_s ?? Number.POSITIVE_INFINITY;
    return events.from(0).filter((event) => event.at_s >= since && event.at_s <= until);
  }

  #forget(): void {
    this.#past = null;
    this.history.until_s = null;
    this.#live.forget();
    this.history.clear();
  }

  #tell(change: FeedChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

export const feed = new Feed();
