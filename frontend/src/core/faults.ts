/** Which faults a node or an edge can suffer, and the changes that inject or end them. */
import { type Catalog, type FaultSpec, kindOf } from './catalog';
import type { ScenarioDocument } from './document';
import { membersOf } from './groupChanges';
import type { EdgeState, Heal, InjectFault } from './protocol';

export type FaultTarget =
  | { node_id: string }
  | { edge_id: string }
  | { group_id: string }
  /** what joins two regions, in both directions */
  | { region: string; other_region: string };

export interface Offered {
  fault: string;
  spec: FaultSpec;
}

/** The faults of a target in the catalog's order; a node's kind says which of them it knows. */
export function faultsFor(catalog: Catalog, document: ScenarioDocument, target: FaultTarget): Offered[] {
  const all = Object.entries(catalog.faults).map(([fault, spec]) => ({ fault, spec }));
  if ('edge_id' in target) {
    const known = document.edges.some((edge) => edge.id === target.edge_id);
    return known ? all.filter(({ spec }) => spec.target === 'edge') : [];
  }
  if ('region' in target) return all.filter(({ spec }) => spec.target === 'edge');
  const struck =
    'group_id' in target
      ? membersOf(document, target.group_id)
      : document.nodes.filter((candidate) => candidate.id === target.node_id);
  const known = new Set(struck.flatMap((node) => kindOf(catalog, node.kind)?.faults ?? []));
  return all.filter(({ fault, spec }) => spec.target === 'node' && known.has(fault));
}

/** Whether nothing passes an edge in this state, in one direction at least. */
export function isCut(state: EdgeState | undefined): boolean {
  return state === 'partitioned' || state === 'cut_requests' || state === 'cut_answers';
}

/**
 * @param factor strength of faults that have one; others ignore it
 * @param duration_s after which it is over; null until somebody heals it, and for what is over by itself
 */
export function injection(
  { fault, spec }: Offered,
  target: FaultTarget,
  factor: number,
  duration_s: number | null = null,
): InjectFault {
  const change: InjectFault = { type: 'fault', fault, ...target };
  const strong = spec.factor === null ? change : { ...change, factor };
  return duration_s === null || !spec.lasts ? strong : { ...strong, duration_s };
}

/** Strength as typed; null when the fault cannot have it. */
export function strengthFrom(text: string, spec: FaultSpec): number | null {
  const strength = Number(text);
  const whole = spec.unit !== 'shard' || Number.isInteger(strength);
  return text.trim() !== '' && strength > 0 && strength <= spec.factor_max && whole ? strength : null;
}

export function healing(target: FaultTarget): Heal {
  return { type: 'heal', ...target };
}
