/**
 * What the page remembers of a run: smoothed figures for the canvas, bounded history for the charts, who drops
 * requests and why, and the events. Fed by frames, read by drawing code; no React, no clock of its own.
 */

import type { FrameMessage, HistoryPoint, Layout, RunEvent, Totals } from './protocol';
import { Ring } from './ring';

export type Frame = Omit<FrameMessage, 'op' | 'seq'>;

/** Raw load strobes; with this time constant a ring has a readable middle between fine and dead. */
export const SMOOTHING_S = 2.5;
/** Ten minutes of frames at 10 Hz. */
export const HISTORY_FRAMES = 6000;
/** Node channels are kept as means over this many frames: 1,000 nodes for ten minutes stay below 30 MB. */
export const NODE_SLOT_FRAMES = 5;
export const NODE_SLOTS = HISTORY_FRAMES / NODE_SLOT_FRAMES;
export const EVENTS_KEPT = 1000;

export const NODE_CHANNELS = [
  'arrival_rps',
  'throughput_rps',
  'failed_rps',
  'in_flight',
  'utilization_ratio',
  'queue_length',
  'latency_p50_s',
  'latency_p99_s',
  'hit_ratio',
  'lag_s',
  'busiest_ratio',
  'keys_to_move',
  'degraded_rps',
  'stale_rps',
  'cost_usd_per_h',
  'instances',
] as const;
export type NodeChannel = (typeof NODE_CHANNELS)[number];
export const EDGE_CHANNELS = ['rate_rps', 'failed_rps'] as const;
export type EdgeChannel = (typeof EDGE_CHANNELS)[number];
export const CLASS_CHANNELS = ['throughput_rps', 'failed_rps', 'latency_p50_s', 'latency_p99_s'] as const;
export type ClassChannel = (typeof CLASS_CHANNELS)[number];

const SAME_MOMENT_S = 1e-6;

/** NaN stands for "does not apply" in every typed array of this module. */
type Columns<Name extends string> = Record<Name, Float64Array>;

function emptyColumns<Name extends string>(names: readonly Name[], count: number): Columns<Name> {
  const entries = names.map((name) => [name, new Float64Array(count).fill(Number.NaN)]);
  return Object.fromEntries(entries) as Columns<Name>;
}

/** Share of the way to a new value after `elapsed_s` with the given time constant. */
export function approach(elapsed_s: number, tau_s: number): number {
  return elapsed_s <= 0 ? 0 : 1 - Math.exp(-elapsed_s / tau_s);
}

function blend(kept: Float64Array, fresh: ArrayLike<number | null>, share: number): void {
  for (let at = 0; at < kept.length; at++) {
    const value = fresh[at];
    const before = kept[at] as number;
    if (value === null || value === undefined) kept[at] = Number.NaN;
    else kept[at] = Number.isNaN(before) ? value : before + (value - before) * share;
  }
}

export class Smoothed {
  layout: Layout | null = null;
  nodes: Columns<NodeChannel> = emptyColumns(NODE_CHANNELS, 0);
  edges: Columns<EdgeChannel> = emptyColumns(EDGE_CHANNELS, 0);
  classes: Columns<ClassChannel> = emptyColumns(CLASS_CHANNELS, 0);
  #at_s = Number.NaN;

  reset(): void {
    this.#at_s = Number.NaN;
    for (const name of NODE_CHANNELS) this.nodes[name].fill(Number.NaN);
    for (const name of EDGE_CHANNELS) this.edges[name].fill(Number.NaN);
    for (const name of CLASS_CHANNELS) this.classes[name].fill(Number.NaN);
  }

  /** Take over the figures of nodes and edges that stay; new ones start without any. */
  relayout(layout: Layout): void {
    const before = this.layout;
    const carry = <Name extends string>(
      names: readonly Name[],
      old: Columns<Name>,
      was: string[],
      is: string[],
    ) => {
      const columns = emptyColumns(names, is.length);
      const places = new Map(was.map((id, at) => [id, at]));
      is.forEach((id, at) => {
        const from = places.get(id);
        if (from === undefined) return;
        for (const name of names) columns[name][at] = old[name][from] as number;
      });
      return columns;
    };
    this.nodes = carry(NODE_CHANNELS, this.nodes, before?.nodes ?? [], layout.nodes);
    this.edges = carry(EDGE_CHANNELS, this.edges, before?.edges ?? [], layout.edges);
    this.classes = carry(CLASS_CHANNELS, this.classes, before?.classes ?? [], layout.classes);
    this.layout = layout;
  }

  /** @param at_s wall time in seconds: smoothing is for the eye, so it runs on the eye's clock */
  update(frame: Frame, at_s: number): void {
    const share = Number.isNaN(this.#at_s) ? 1 : approach(at_s - this.#at_s, SMOOTHING_S);
    this.#at_s = at_s;
    for (const name of NODE_CHANNELS) blend(this.nodes[name], frame.nodes[name], share);
    for (const name of EDGE_CHANNELS) blend(this.edges[name], frame.edges[name], share);
    for (const name of CLASS_CHANNELS) blend(this.classes[name], frame.classes[name], share);
  }
}

export interface TotalsRow {
  at_s: number;
  window_s: number;
  totals: Totals;
}

export const SLOT_CHANNELS = [
  'utilization_ratio',
  'queue_length',
  'throughput_rps',
  'failed_rps',
  'latency_p99_s',
  'hit_ratio',
] as const;
export type SlotChannel = (typeof SLOT_CHANNELS)[number];

/** An event with its place in the page's log, which no other event has. */
export type LoggedEvent = RunEvent & { number: number };

interface NodeSlot {
  at_s: number;
  index: ReadonlyMap<string, number>;
  /** node-major: SLOT_CHANNELS.length values a node */
  values: Float32Array;
}

export class History {
  readonly rows = new Ring<TotalsRow>(HISTORY_FRAMES);
  readonly slots = new Ring<NodeSlot>(NODE_SLOTS);
  readonly events = new Ring<LoggedEvent>(EVENTS_KEPT);
  /** the moment up to which rows and series are told; null: to the newest */
  until_s: number | null = null;
  #events = 0;
  #index: ReadonlyMap<string, number> = new Map();
  #collected: Frame[] = [];

  clear(): void {
    this.rows.clear();
    this.slots.clear();
    this.events.clear();
    this.#collected = [];
  }

  relayout(layout: Layout): void {
    this.#index = new Map(layout.nodes.map((id, at) => [id, at]));
    this.#collected = [];
  }

  /** The past as a welcome brings it. */
  restore(points: readonly HistoryPoint[], events: readonly RunEvent[]): void {
    this.clear();
    this.addEvents(events);
    for (const { now_s, window_s, totals } of points) this.rows.push({ at_s: now_s, window_s, totals });
  }

  addEvents(events: readonly RunEvent[]): void {
    for (const event of events) this.events.push({ ...event, number: ++this.#events });
  }

  push(frame: Frame): void {
    this.rows.push({ at_s: frame.now_s, window_s: frame.window_s, totals: frame.totals });
    this.addEvents(frame.events);
    this.#collected.push(frame);
    if (this.#collected.length < NODE_SLOT_FRAMES) return;
    this.slots.push(this.#mean(this.#collected));
    this.#collected = [];
  }

  #mean(frames: readonly Frame[]): NodeSlot {
    const width = SLOT_CHANNELS.length;
    const values = new Float32Array(this.#index.size * width);
    SLOT_CHANNELS.forEach((channel, offset) => {
      for (let node = 0; node < this.#index.size; node++) {
        let sum = 0;
        let weight = 0;
        for (const frame of frames) {
          const value = frame.nodes[channel][node];
          if (value === null || value === undefined) continue;
          sum += value * frame.window_s;
          weight += frame.window_s;
        }
        values[node * width + offset] = weight > 0 ? sum / weight : Number.NaN;
      }
    });
    return { at_s: frames.at(-1)?.now_s ?? 0, index: this.#index, values };
  }

  /** Rows of the last `window_s` simulated seconds, oldest first. */
  rowsWithin(window_s: number): TotalsRow[] {
    return this.#within(this.rows, window_s);
  }

  /** The newest `count` rows, oldest first. */
  lastRows(count: number): TotalsRow[] {
    return this.rowsWithin(Number.POSITIVE_INFINITY).slice(-count);
  }

  #within<Item extends { at_s: number }>(ring: Ring<Item>, window_s: number): Item[] {
    const last = this.until_s ?? ring.at(-1)?.at_s ?? 0;
    const items = ring.from(ring.lowerBound(last - window_s, (item) => item.at_s));
    const { until_s } = this;
    return until_s === null ? items : items.filter((item) => item.at_s <= until_s + SAME_MOMENT_S);
  }

  /** Moments and, for each node asked for, its values (null: nothing known), over the last `window_s`. */
  nodeSeries(
    channel: SlotChannel,
    node_ids: readonly string[],
    window_s: number,
  ): { at_s: number[]; values: (number | null)[][] } {
    const slots = this.#within(this.slots, window_s);
    const width = SLOT_CHANNELS.length;
    const offset = SLOT_CHANNELS.indexOf(channel);
    return {
      at_s: slots.map((slot) => slot.at_s),
      values: node_ids.map((id) =>
        slots.map((slot) => {
          const node = slot.index.get(id);
          const value = node === undefined ? undefined : slot.values[node * width + offset];
          return value === undefined || Number.isNaN(value) ? null : value;
        }),
      ),
    };
  }
}
