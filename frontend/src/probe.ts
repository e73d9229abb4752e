/** One request that a person sends and follows: from asking for it to its outcome. */
import { create } from 'zustand';
import { feed } from './core/feed';
import { formatSeconds } from './core/format';
import { t, tr } from './core/i18n';
import type { DetailedTrace, Trace } from './core/protocol';
import { showSent } from './microscope';
import { act } from './runStore';
import { notify, useEditor } from './store';

export interface ProbeState {
  /** the node that was asked to send, until its request has ended */
  waiting: { node_id: string; since_s: number } | null;
  /** the request that came of it, as far as it has come */
  story: DetailedTrace | null;
  /** the same once it has ended, as dots walk it */
  trace: Trace | null;
}

const NOTHING: ProbeState = { waiting: null, story: null, trace: null };
export const useProbe = create<ProbeState>(() => NOTHING);

const RUNNING = 'running';

/** Send one request from a node that makes traffic. */
export function sendOne(nodeId: string): void {
  const since_s = feed.live_s ?? 0;
  if (act([{ type: 'inject', node_id: nodeId }])) {
    useProbe.setState({ waiting: { node_id: nodeId, since_s }, story: null, trace: null });
    showSent();
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
    if (change !== 'frame' || !waiting) return;
    const story = feed.frame?.followed.find(({ spans, started_s }) => {
      return spans[0]?.node_id === waiting.node_id && started_s >= waiting.since_s;
    });
    if (!story) return;
    if (story.outcome === RUNNING) {
      useProbe.setState({ story });
      return;
    }
    useProbe.setState({ waiting: null, story, trace: walked(story) });
    notify(outcomeText(story), story.outcome === 'ok' ? 'info' : 'error');
  });
}

/** A request in full as frames have theirs: nodes and edges by their place in the layout. */
export function walked(story: DetailedTrace): Trace {
  const node = (id: string | null) => (id === null ? -1 : (feed.nodeAt(id) ?? -1));
  return {
    id: story.id,
    class: Math.max(0, feed.layout?.classes.indexOf(story.class) ?? 0),
    outcome: story.outcome,
    blame: node(story.blame),
    started_s: story.started_s,
    ended_s: story.ended_s,
    spans: story.spans.map((span, at) => [
      at,
      span.parent,
      node(span.node_id),
      span.edge_id === null ? -1 : (feed.edgeAt(span.edge_id) ?? -1),
      span.arrived_s,
      span.wait_s,
      span.ended_s,
      span.outcome,
    ]),
  };
}

/** What became of a request: how long it took, where it went, and why it failed if it did. */
function outcomeText(story: DetailedTrace): string {
  const { catalog, document } = useEditor.getState();
  const ids = [...story.spans].sort((a, b) => a.arrived_s - b.arrived_s).map(({ node_id }) => node_id);
  const names = [...new Set(ids)].map((id) => document.nodes.find((node) => node.id === id)?.name ?? id);
  const values = { latency: formatSeconds(story.ended_s - story.started_s), path: names.join(' → ') };
  if (story.outcome === 'ok') return t('live.probe.ok', values);
  return t('live.probe.failed', { ...values, cause: tr(catalog?.causes[story.outcome] ?? story.outcome) });
}
