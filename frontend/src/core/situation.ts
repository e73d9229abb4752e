/** What a run is doing and why, found in its newest figures: the data behind the one sentence above the canvas. */
import type { ScenarioDocument } from './document';
import { isCut } from './faults';
import type { Feed } from './feed';
import { formatCount, formatRate, formatRatio, formatSeconds } from './format';
import type { NodeChannel } from './frames';
import type { RunState, Totals } from './protocol';

export type Tone = 'idle' | 'healthy' | 'degraded' | 'failing' | 'recovering';

export interface Situation {
  /** last part of the text key "live.situation.<key>" */
  key: string;
  tone: Tone;
  values: Record<string, string>;
  /** a cause among the values that is a server text */
  cause: string | null;
}

interface Texts {
  t: (key: string, values?: Record<string, unknown>) => string;
  tr: (text: string) => string;
}

/** Failures below this share of the traffic are worth a word but not an alarm. */
export const FAILING_RATIO = 0.01;
const FULL_RATIO = 0.95;
export const BUSY_RATIO = 0.8;
const WAITING_COUNT = 20;
export const RECENT_S = 15;

export function situationOf(feed: Feed, run: RunState | null, document: ScenarioDocument): Situation {
  if (document.nodes.length === 0) return idle('empty');
  if (!run || run.status === 'stopped') return idle('not_running');
  if (run.status === 'failed') return { key: 'failed', tone: 'failing', values: {}, cause: null };
  if (!feed.frame || !feed.layout) return idle(run.status === 'paused' ? 'paused' : 'starting');
  const scene = new Scene(feed, document);
  if (scene.failedRatio >= FAILING_RATIO) return failing(scene);
  return takenOver(scene) ?? degraded(scene) ?? recovering(scene) ?? healthy(scene, run.status === 'paused');
}

export function sentence(situation: Situation, texts: Texts, causes?: Record<string, string>): string {
  const cause = situation.cause === null ? '' : texts.tr(causes?.[situation.cause] ?? situation.cause);
  return texts.t(`live.situation.${situation.key}`, { ...situation.values, cause });
}

function idle(key: string): Situation {
  return { key, tone: 'idle', values: {}, cause: null };
}

/** The figures a sentence can be made of. */
class Scene {
  readonly feed: Feed;
  readonly values: Record<string, string>;
  readonly failedRatio: number;
  readonly #names: ReadonlyMap<string, string>;

  constructor(feed: Feed, document: ScenarioDocument) {
    this.feed = feed;
    this.#names = new Map(document.nodes.map((node) => [node.id, node.name]));
    const totals = recentTotals(feed);
    const ended = totals.throughput_rps + totals.failed_rps;
    this.failedRatio = ended > 0 ? totals.failed_rps / ended : 0;
    this.values = {
      throughput: formatRate(totals.throughput_rps),
      failed: formatRate(totals.failed_rps),
      share: formatRatio(this.failedRatio),
      p99: formatSeconds(feed.frame?.totals.latency_p99_s),
    };
  }

  name(id: string): string {
    return this.#names.get(id) ?? id;
  }

  figure(channel: NodeChannel, node: number): number {
    const value = this.feed.smoothed.nodes[channel][node];
    return value === undefined || Number.isNaN(value) ? 0 : value;
  }

  /** The node with the largest figure in a channel. */
  largest(channel: NodeChannel): { id: string; node: number; value: number } | null {
    let best: { id: string; node: number; value: number } | null = null;
    this.feed.layout?.nodes.forEach((id, node) => {
      const value = this.figure(channel, node);
      if (value > 0 && (!best || value > best.value)) best = { id, node, value };
    });
    return best;
  }

  /** Nodes that are not up, the dead first. */
  broken(): { id: string; state: string }[] {
    const { layout, frame } = this.feed;
    const order = ['crashed', 'hung', 'shard_down', 'slow'];
    return (layout?.nodes ?? [])
      .map((id, node) => ({ id, state: frame?.nodes.state[node] ?? 'up' }))
      .filter(({ state }) => state !== 'up')
      .sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  }

  /** An edge through which nothing passes, in one direction at least. */
  cut(): boolean {
    return this.feed.frame?.edges.state.some(isCut) ?? false;
  }
}

/** Means over the last two seconds or so: the sentence must not flicker with single requests. */
function recentTotals(feed: Feed): { throughput_rps: number; failed_rps: number } {
  // The frame of an earlier moment covers this long by itself.
  const rows = feed.isPast && feed.frame ? [{ totals: feed.frame.totals }] : feed.history.lastRows(20);
  const mean = (of: (row: { totals: Totals }) => number) =>
    rows.length > 0 ? rows.reduce((sum, row) => sum + of(row), 0) / rows.length : 0;
  return {
    throughput_rps: mean((row) => row.totals.throughput_rps),
    failed_rps: mean((row) => row.totals.failed_rps),
  };
}

function failing(scene: Scene): Situation {
  const worst = scene.feed.blame.worst();
  const broken = scene.broken()[0];
  const values = { ...scene.values };
  const cause = worst?.cause ?? dominantCause(scene.feed);
  if (broken && broken.state !== 'slow') {
    values.node = scene.name(broken.id);
    return { key: `failing_${broken.state}`, tone: 'failing', values, cause };
  }
  if (scene.cut()) return { key: 'failing_partition', tone: 'failing', values, cause };
  if (!worst) return { key: 'failing', tone: 'failing', values, cause };
  values.node = scene.name(worst.node_id);
  const node = scene.feed.nodeAt(worst.node_id);
  const load = node === undefined ? 0 : scene.figure('utilization_ratio', node);
  if (load < FULL_RATIO) {
    const full = scene.largest('utilization_ratio');
    if (!full || full.value < FULL_RATIO) return { key: 'failing_at', tone: 'failing', values, cause };
    values.full = scene.name(full.id);
    values.load = formatRatio(full.value);
    return { key: 'failing_behind', tone: 'failing', values, cause };
  }
  values.load = formatRatio(load);
  return { key: 'failing_full', tone: 'failing', values, cause };
}

function dominantCause(feed: Feed): string | null {
  const causes = Object.entries(feed.frame?.totals.failed_by_cause ?? {});
  return causes.sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

function degraded(scene: Scene): Situation | null {
  const broken = scene.broken()[0];
  if (broken) {
    const values = { ...scene.values, node: scene.name(broken.id) };
    return { key: `degraded_${broken.state}`, tone: 'degraded', values, cause: null };
  }
  if (scene.cut()) return { key: 'degraded_partition', tone: 'degraded', values: scene.values, cause: null };
  const full = scene.largest('utilization_ratio');
  if (!full || full.value < BUSY_RATIO) return null;
  const values = {
    ...scene.values,
    node: scene.name(full.id),
    load: formatRatio(full.value),
    queue: formatCount(Math.round(scene.figure('queue_length', full.node))),
  };
  const waiting = scene.figure('queue_length', full.node) >= WAITING_COUNT;
  return { key: waiting ? 'degraded_waiting' : 'degraded_busy', tone: 'degraded', values, cause: null };
}

/** A replica stepped in a moment ago: better news than that the old primary is still down. */
function takenOver(scene: Scene): Situation | null {
  const promoted = scene.feed.eventsWithin(RECENT_S).findLast((event) => event.kind === 'promoted');
  if (!promoted?.node_id) return null;
  const values = { ...scene.values, node: scene.name(promoted.node_id) };
  return { key: 'recovering_promoted', tone: 'recovering', values, cause: null };
}

/** After a fault ended, until what piled up has gone and a while has passed. */
function recovering(scene: Scene): Situation | null {
  const healed = scene.feed
    .eventsWithin(RECENT_S)
    .findLast((event) => event.kind === 'heal' || event.kind === 'recovered');
  if (!healed) return null;
  const queue = scene.largest('queue_length');
  const node = healed.node_id === null ? '' : scene.name(healed.node_id);
  if (queue && queue.value >= WAITING_COUNT) {
    const values = {
      ...scene.values,
      node: scene.name(queue.id),
      queue: formatCount(Math.round(queue.value)),
    };
    return { key: 'recovering_queue', tone: 'recovering', values, cause: null };
  }
  if (!node) return null;
  return { key: 'recovering', tone: 'recovering', values: { ...scene.values, node }, cause: null };
}

function healthy(scene: Scene, paused: boolean): Situation {
  const busiest = scene.largest('utilization_ratio');
  if (!busiest)
    return { key: paused ? 'paused' : 'healthy', tone: 'healthy', values: scene.values, cause: null };
  const values = { ...scene.values, node: scene.name(busiest.id), load: formatRatio(busiest.value) };
  return { key: 'healthy_busiest', tone: 'healthy', values, cause: null };
}
