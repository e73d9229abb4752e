/** The microscope: single requests in full, those of the run now or of the moment that is looked at. */
import { create } from 'zustand';
import { tr } from './core/i18n';
import type { DetailedTrace } from './core/protocol';
import { useMoment } from './moment';
import { type Answer, ask } from './runStore';
import { notify, openDrawer } from './store';
import { openSheet } from './view';

/** `sent`: the one that was sent by hand, which frames tell of; `picked`: one that was pointed at. */
export type Sort = 'slowest' | 'failed' | 'picked' | 'sent';

export interface RequestsState {
  sort: Sort | null;
  /** the node that the failures shown are to blame on, if that was asked for */
  blamed: string | null;
  asking: boolean;
  traces: DetailedTrace[];
  chosen: number;
}

export const useRequests = create<RequestsState>(() => ({
  sort: null,
  blamed: null,
  asking: false,
  traces: [],
  chosen: 0,
}));

const { getState: get, setState: set } = useRequests;

/** Fetch the slowest or the last failed requests; with a node, those that failed because of it come first. */
export async function fetchRequests(kind: 'slowest' | 'failed', blamed: string | null = null): Promise<void> {
  set({ sort: kind, blamed, asking: true });
  const answer = await ask({ op: 'traces', kind, trace_id: null, at_s: shownMoment() });
  if (get().sort !== kind) return;
  const traces = tracesOf(answer);
  const first = (trace: DetailedTrace) => (blamed !== null && trace.blame === blamed ? 0 : 1);
  set({ asking: false, traces: traces.sort((a, b) => first(a) - first(b)), chosen: 0 });
}

/** Show one request that was pointed at. */
export async function showRequest(traceId: number): Promise<void> {
  openRequests();
  set({ sort: 'picked', blamed: null, asking: true, traces: [], chosen: 0 });
  const answer = await ask({ op: 'traces', kind: 'one', trace_id: traceId, at_s: shownMoment() });
  if (get().sort === 'picked') set({ asking: false, traces: tracesOf(answer) });
}

/** Show what failed because of a node. */
export function showFailuresOf(nodeId: string): void {
  openRequests();
  void fetchRequests('failed', nodeId);
}

/** Show the request that was sent by hand, from its beginning. */
export function showSent(): void {
  openRequests();
  set({ sort: 'sent', blamed: null, asking: false, traces: [], chosen: 0 });
}

export function choose(at: number): void {
  set({ chosen: at });
}

function openRequests(): void {
  openDrawer('requests');
  openSheet('drawer');
}

function shownMoment(): number | null {
  return useMoment.getState().shown?.at_s ?? null;
}

function tracesOf(answer: Answer | null): DetailedTrace[] {
  if (answer?.op === 'traces') return answer.traces;
  if (answer?.op === 'not_seen') notify(tr(answer.message, answer.values), 'error');
  return [];
}
