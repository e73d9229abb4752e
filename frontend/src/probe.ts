/** One request that a person sends and follows: from asking for it to its outcome. */
import { create } from 'zustand';
import { feed } from './core/feed';
import type { Trace } from './core/protocol';
import { act } from './runStore';

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

/** Send one request from a node that makes traffic. */
export function sendOne(nodeId: string): void {
  const since_s = feed.frame?.now_s ?? 0;
  if (act([{ type: 'inject', node_id: nodeId }])) {
    useProbe.setState({ waiting: { node_id: nodeId, since_s }, trace: null });
  }
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
    if (trace) useProbe.setState({ waiting: null, trace });
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
