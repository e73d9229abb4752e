/** One request that a person sends and follows: from asking for it to its outcome. */
import { create } from 'zustand';
import { feed } from './core/feed';
import { formatSeconds } from './core/format';
import { t, tr } from './core/i18n';
import type { Trace } from './core/protocol';
import { act } from './runStore';
import { notify, useEditor } from './store';

export interface ProbeState {
  /** the node that was asked to send, until its request has ended */
  waiting: { node_id: string; since_s: number } | null;
  /** the request that came of it */
  trace: Trace | null;
}

const NOTHING: ProbeState = { waiting: null, trace: null };
export const useProbe = create<ProbeState>(() => NOTHING);

/** The places of a span's figures. */
const NODE = 2;
const PARENT = 1;
const START = 4;

/** Send one request from a node that makes traffic. */
export function sendOne(nodeId: string): void {
  const since_s = feed.frame?.now_s ?? 0;
  if (act([{ type: 'inject', node_id: nodeId }])) {
    useProbe.setState({ waiting: { node_id: nodeId, since_s }, trace: null });
    notify(t('live.probe.sending'));
  }
}

/** Whether a request that was sent here has not ended yet: a step goes to what happens to it next. */
export function isFollowing(): boolean {
  return useProbe.getState().waiting !== null;
}

/** Follow the feed until the request that was asked for has ended; returns the way to stop. */
export function watchProbe(): () => void {
  return feed.subscribe((change) => {
    if (change === 'reset') {
      useProbe.setState(NOTHING);
      return;
    }
    const { waiting } = useProbe.getState();
    const node = waiting && feed.nodeAt(waiting.node_id);
    if (change !== 'frame' || !waiting || node === undefined) return;
    const trace = firstFrom(feed.frame?.traces ?? [], node as number, waiting.since_s);
    if (!trace) return;
    useProbe.setState({ waiting: null, trace });
    notify(outcomeText(trace), trace.outcome === 'ok' ? 'info' : 'error');
  });
}

/** The earliest request that began at a node since a moment. */
export function firstFrom(traces: readonly Trace[], node: number, since_s: number): Trace | null {
  const own = traces.filter(
    (trace) =>
      trace.started_s >= since_s && trace.spans.some((span) => span[PARENT] === -1 && span[NODE] === node),
  );
  return own.sort((a, b) => a.started_s - b.started_s)[0] ?? null;
}

/** What became of a request: how long it took, where it went, and why it failed if it did. */
function outcomeText(trace: Trace): string {
  const { catalog, document } = useEditor.getState();
  const ids = [...trace.spans]
    .sort((a, b) => a[START] - b[START])
    .map((span) => feed.layout?.nodes[span[NODE]] ?? '');
  const names = [...new Set(ids)].map((id) => document.nodes.find((node) => node.id === id)?.name ?? id);
  const values = { latency: formatSeconds(trace.ended_s - trace.started_s), path: names.join(' → ') };
  if (trace.outcome === 'ok') return t('live.probe.ok', values);
  return t('live.probe.failed', { ...values, cause: tr(catalog?.causes[trace.outcome] ?? trace.outcome) });
}
