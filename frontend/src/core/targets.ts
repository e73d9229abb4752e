/** Where a fault can strike in a drawing, and where it cannot. Pure. */
import { type Catalog, kindOf, regionTitles } from './catalog';
import type { ScenarioDocument } from './document';
import { edgeName } from './eventText';
import { type FaultTarget, faultsFor } from './faults';
import { regionPairs } from './regions';

export interface Place {
  target: FaultTarget;
  name: string;
}

export interface Places {
  nodes: Place[];
  edges: Place[];
  groups: Place[];
  /** pairs of regions that connections join */
  regions: Place[];
  /** components that this fault of components cannot strike */
  refused: Place[];
}

type Translate = (text: string) => string;

/** Whether a fault can strike a place. */
export function canStrike(
  catalog: Catalog,
  document: ScenarioDocument,
  fault: string,
  target: FaultTarget,
): boolean {
  return faultsFor(catalog, document, target).some((offered) => offered.fault === fault);
}

/** Every place of the drawing by its sort: those that the fault can strike, and the components that it cannot. */
export function placesFor(
  catalog: Catalog,
  document: ScenarioDocument,
  fault: string,
  tr: Translate,
): Places {
  const strikes = ({ target }: Place) => canStrike(catalog, document, fault, target);
  const nodes = document.nodes.map(({ id, name }): Place => ({ target: { node_id: id }, name }));
  const edges = document.edges.map(
    (edge): Place => ({ target: { edge_id: edge.id }, name: edgeName(edge, document) }),
  );
  const groups = document.groups.map(({ id, name }): Place => ({ target: { group_id: id }, name }));
  const ofNodes = catalog.faults[fault]?.target === 'node';
  return {
    nodes: nodes.filter(strikes),
    edges: edges.filter(strikes),
    groups: groups.filter(strikes),
    regions: pairsOf(document, catalog, tr).filter(strikes),
    refused: ofNodes ? nodes.filter((place) => !strikes(place)) : [],
  };
}

function pairsOf(document: ScenarioDocument, catalog: Catalog, tr: Translate): Place[] {
  const titles = regionTitles(catalog);
  const pairs = new Map<string, [string, string]>();
  for (const { id } of document.edges) {
    for (const pair of regionPairs(document, id)) pairs.set([...pair].sort().join(), pair);
  }
  return [...pairs.values()].map(([region, other_region]) => ({
    target: { region, other_region },
    name: [region, other_region].map((name) => tr(titles[name] ?? name)).join(' ↔ '),
  }));
}

/** What people call a place; null when it is gone. */
export function placeName(
  document: ScenarioDocument,
  catalog: Catalog,
  target: FaultTarget,
  tr: Translate,
): string | null {
  if ('node_id' in target) return document.nodes.find(({ id }) => id === target.node_id)?.name ?? null;
  if ('group_id' in target) return document.groups.find(({ id }) => id === target.group_id)?.name ?? null;
  if ('edge_id' in target) {
    const edge = document.edges.find(({ id }) => id === target.edge_id);
    return edge ? edgeName(edge, document) : null;
  }
  const titles = regionTitles(catalog);
  return [target.region, target.other_region].map((name) => tr(titles[name] ?? name)).join(' ↔ ');
}

/** The kind of a component in words, for saying why it cannot suffer a fault. */
export function kindTitle(document: ScenarioDocument, catalog: Catalog, nodeId: string): string {
  const kind = document.nodes.find(({ id }) => id === nodeId)?.kind ?? '';
  return kindOf(catalog, kind)?.title ?? kind;
}
