/** What can be broken or healed at one place of the running system, for every part of the page that offers it. */
import { type FaultTarget, faultsFor, healing, injection, type Offered } from './core/faults';
import { feed } from './core/feed';
import { membersOf } from './core/groupChanges';
import { regionPairs } from './core/regions';
import { act, isUnderWay, mayControl, useRun } from './runStore';
import { useEditor } from './store';
import { useFeed } from './useFeed';

export interface Faults {
  offered: Offered[];
  /** "up" or the name of what is wrong */
  state: string;
  /** a text key: why nothing can be done now; null when it can */
  reason: string | null;
  /** @param factor strength of faults that have one; left out, the catalog's */
  inject: (offer: Offered, factor?: number) => void;
  heal: () => void;
}

/** A text key: why nothing can be broken or healed now; null when it can. */
export function useMayBreak(): string | null {
  const permission = useEditor((state) => state.permission);
  const allowed = useRun((state) => mayControl(state, permission));
  const live = useRun(isUnderWay);
  if (!allowed) return 'live.faults.read_only';
  return live ? null : 'live.faults.not_running';
}

/** The faults of a node or an edge, its present state and the ways to change it. */
export function useFaults(target: FaultTarget): Faults {
  useFeed(4);
  const catalog = useEditor((state) => state.catalog);
  const document = useEditor((state) => state.document);
  const live = useRun(isUnderWay);
  return {
    offered: catalog ? faultsFor(catalog, document, target) : [],
    state: live ? stateOf(target) : 'up',
    reason: useMayBreak(),
    inject: (offer, factor) => act([injection(offer, target, factor ?? offer.spec.factor ?? 1)]),
    heal: () => act([healing(target)]),
  };
}

/** "up" or the name of what is wrong with a target in the running system. */
export function stateOf(target: FaultTarget): string {
  if (!feed.frame) return 'up';
  if ('group_id' in target) {
    const members = membersOf(useEditor.getState().document, target.group_id);
    const states = members.map((node): string => stateOf({ node_id: node.id }));
    return states.find((state) => state !== 'up') ?? 'up';
  }
  if ('region' in target) {
    const { document } = useEditor.getState();
    const between = document.edges.filter(({ id }) => regionPairs(document, id).some(isPair(target)));
    const states = between.map((edge): string => stateOf({ edge_id: edge.id }));
    return states.find((state) => state !== 'up') ?? 'up';
  }
  const at = 'node_id' in target ? feed.nodeAt(target.node_id) : feed.edgeAt(target.edge_id);
  const states = 'node_id' in target ? feed.frame.nodes.state : feed.frame.edges.state;
  return (at === undefined ? undefined : states[at]) ?? 'up';
}

function isPair(target: { region: string; other_region: string }) {
  const wanted = [target.region, target.other_region].sort().join();
  return (pair: string[]) => [...pair].sort().join() === wanted;
}

/** The text key of a state. */
export function stateKey(target: FaultTarget, state: string): string {
  return 'edge_id' in target || 'region' in target ? `live.edge_state.${state}` : `live.state.${state}`;
}
