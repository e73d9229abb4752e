/** Where components are, as far as the drawing says: what joins two regions can fail as one. */
import type { ScenarioDocument, ScenarioNode } from './document';
import { groupsAround } from './groupChanges';
import { weightsIn } from './weights';

const ANYWHERE = 'anywhere';

/** The regions that a component is in: that of the outermost group which has one, those of its people, or its own. */
export function regionsOf(document: ScenarioDocument, node: ScenarioNode): string[] {
  const around = node.group_id ? groupsAround(document, node.group_id) : [];
  const outer = around.map(({ parameters }) => named(parameters.region)).filter(Boolean);
  if (outer.length > 0) return outer.slice(-1);
  const mix = weightsIn(String(node.parameters.region_mix ?? '')).filter(([, weight]) => weight > 0);
  if (mix.length > 0) return mix.map(([name]) => name);
  return [named(node.parameters.region)].filter(Boolean);
}

/** The pairs of different regions that a connection joins. */
export function regionPairs(document: ScenarioDocument, edgeId: string): [string, string][] {
  const edge = document.edges.find(({ id }) => id === edgeId);
  const [from, to] = [edge?.source, edge?.target].map((end) => {
    const node = document.nodes.find(({ id }) => id === end);
    return node ? regionsOf(document, node) : [];
  });
  return (from ?? []).flatMap((one) =>
    (to ?? []).filter((other) => other !== one).map((other): [string, string] => [one, other]),
  );
}

function named(region: unknown): string {
  return typeof region === 'string' && region !== ANYWHERE ? region : '';
}
