/** What kinds of components exist, as the server declares them; nothing here knows any kind by name. */
import type { RequestClass, ScenarioDocument, ScenarioNode } from './document';
import type { Catalog, Kind, ParameterSpec, ParameterValue, Preset } from './protocol';

export type { Catalog, FaultSpec, Kind, ParameterSpec, ParameterValue, Preset } from './protocol';

/** A template with values, ready for `tr`; the reason why something is refused. */
export interface Reason {
  key: string;
  values: Record<string, string>;
}

export function kindOf(catalog: Catalog, kind: string): Kind | undefined {
  return catalog.kinds.find((candidate) => candidate.kind === kind);
}

/** What people read for the identifiers of faults and choices. */
export function titlesOf(catalog: Catalog): Record<string, string> {
  const specs = [
    ...catalog.kinds.flatMap((kind) => kind.parameters),
    ...catalog.edge_parameters,
    ...catalog.class_parameters,
    ...catalog.estimate_parameters,
    ...catalog.action_parameters,
  ];
  const faults = Object.entries(catalog.faults).map(([fault, { title }]) => [fault, title]);
  return Object.assign(Object.fromEntries(faults), ...specs.map((spec) => spec.choices));
}

/** The role of kinds that make the traffic. */
const SOURCE_ROLE = 'client';

/** Whether requests begin at this node, so that one may be sent from it. */
export function isSource(catalog: Catalog | null, node: ScenarioNode | undefined): boolean {
  return Boolean(catalog && node && kindOf(catalog, node.kind)?.role === SOURCE_ROLE);
}

export function iconUrl(kind: string): string {
  return `/static/icons/${encodeURIComponent(kind)}.svg`;
}

/** The value as a change carries it: null stands for the default. */
export function storedValue(spec: ParameterSpec, value: ParameterValue): ParameterValue | null {
  return value === spec.default ? null : value;
}

export function canConnectKinds(source: Kind, target: Kind): boolean {
  return target.role in source.connects_to;
}

/** What an edge from one node to another means ("sends requests to"), if it is allowed at all. */
export function edgeMeaning(
  catalog: Catalog,
  source: ScenarioNode,
  target: ScenarioNode,
): string | undefined {
  const from = kindOf(catalog, source.kind);
  const to = kindOf(catalog, target.kind);
  return from && to ? from.connects_to[to.role] : undefined;
}

/** Why these two nodes cannot be connected, as a text key under "connect."; null when they can. */
export function refusal(
  catalog: Catalog,
  document: ScenarioDocument,
  sourceId: string,
  targetId: string,
): Reason | null {
  const source = document.nodes.find((node) => node.id === sourceId);
  const target = document.nodes.find((node) => node.id === targetId);
  const from = source && kindOf(catalog, source.kind);
  const to = target && kindOf(catalog, target.kind);
  if (!from || !to) return { key: 'connect.unknown', values: {} };
  if (source.id === target.id) return { key: 'connect.itself', values: { source: source.name } };
  if (!canConnectKinds(from, to)) {
    return { key: 'connect.role', values: { source: source.name, role: catalog.roles[to.role] ?? to.role } };
  }
  const taken = document.edges.some((edge) => edge.source === sourceId && edge.target === targetId);
  if (taken) return { key: 'connect.taken', values: { source: source.name, target: target.name } };
  return null;
}

/** The kinds that a node of this kind may send to (`forward`), or that may send to it. */
export function compatibleKinds(catalog: Catalog, kind: string, forward: boolean): Kind[] {
  const own = kindOf(catalog, kind);
  if (!own) return [];
  return catalog.kinds.filter((other) =>
    forward ? canConnectKinds(own, other) : canConnectKinds(other, own),
  );
}

/** Which ends of a wire a kind can be: the start, when it sends to any role; the end, when any kind sends to its role. */
export function wireEnds(catalog: Catalog, kind: Kind): { start: boolean; end: boolean } {
  return {
    start: Object.keys(kind.connects_to).length > 0,
    end: catalog.kinds.some((other) => canConnectKinds(other, kind)),
  };
}

/** The kinds by palette heading, headings in the catalog's order. */
export function kindsByGroup(catalog: Catalog): { group: string; kinds: Kind[] }[] {
  const named = catalog.groups.map((group) => ({
    group,
    kinds: catalog.kinds.filter((kind) => kind.group === group),
  }));
  const rest = catalog.kinds.filter((kind) => !catalog.groups.includes(kind.group));
  return [...named, { group: '', kinds: rest }].filter((entry) => entry.kinds.length > 0);
}

export interface KindMatch {
  kind: Kind;
  /** the product name that was recognised, when it was not the title */
  alias: string | null;
  /** what is known of that product */
  preset: Preset | null;
}

/** Find kinds by what a person types: title in either language, product name or role; best first. */
export function searchKinds(
  catalog: Catalog,
  query: string,
  translate: (text: string) => string,
  among: readonly Kind[] = catalog.kinds,
): KindMatch[] {
  const wanted = fold(query);
  if (!wanted) return among.map((kind) => ({ kind, alias: null, preset: null }));
  const scored = among.flatMap((kind, index) => {
    const match = bestMatch(kind, wanted, translate);
    return match ? [{ kind, alias: match.alias, score: match.score, index }] : [];
  });
  scored.sort((a, b) => a.score - b.score || a.index - b.index);
  return scored.map(({ kind, alias }) => ({
    kind,
    alias,
    preset: kind.presets.find((preset) => preset.name === alias) ?? null,
  }));
}

function bestMatch(
  kind: Kind,
  wanted: string,
  translate: (text: string) => string,
): { score: number; alias: string | null } | null {
  const titles = [kind.title, translate(kind.title), kind.kind.replaceAll('_', ' ')];
  const title = Math.min(...titles.map((text) => score(fold(text), wanted)));
  let best = { score: title, alias: null as string | null };
  for (const alias of [...kind.presets.map((preset) => preset.name), ...kind.aliases]) {
    const value = score(fold(alias), wanted) + 0.5;
    if (value < best.score) best = { score: value, alias };
  }
  const group = score(fold(kind.group), wanted) + 4;
  if (group < best.score) best = { score: group, alias: null };
  return best.score < Number.POSITIVE_INFINITY ? best : null;
}

function score(text: string, wanted: string): number {
  if (text === wanted) return 0;
  if (text.startsWith(wanted)) return 1;
  if (text.split(' ').some((word) => word.startsWith(wanted))) return 2;
  if (text.includes(wanted)) return 3;
  return Number.POSITIVE_INFINITY;
}

function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLocaleLowerCase()
    .replace(/[-_\s]+/g, ' ')
    .trim();
}

/** A request class with the catalog's defaults, for a new row of the workload editor. */
export function newRequestClass(catalog: Catalog, name: string): RequestClass {
  const values = catalog.class_parameters.map((spec) => [spec.name, spec.default] as const);
  return { ...Object.fromEntries(values), name, operation: 'read' } as RequestClass;
}

/** What regions are called, by their identifiers. */
export function regionTitles(catalog: Catalog): Readonly<Record<string, string>> {
  const specs = catalog.kinds.flatMap((kind) => kind.parameters);
  return specs.find(({ name }) => name === 'region')?.choices ?? {};
}
