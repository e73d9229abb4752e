/** What a person does on the canvas, as changes. Pure: every function looks at a document and returns changes. */
import { type Catalog, canConnectKinds, type Kind, kindOf, type Reason, refusal } from './catalog';
import { applyChanges, type DocumentChange } from './changes';
import type { ScenarioDocument, ScenarioEdge, ScenarioNode } from './document';
import { NAME_LENGTH_MAX } from './document';
import { around, freePlace, NODE_HEIGHT, NODE_WIDTH, nodeRect, type Point, type Rect } from './geometry';
import { freeName, newId } from './ids';

export interface Selection {
  nodes: readonly string[];
  edges: readonly string[];
}

export const NO_SELECTION: Selection = { nodes: [], edges: [] };

export function sameSelection(a: Selection, b: Selection): boolean {
  return sameIds(a.nodes, b.nodes) && sameIds(a.edges, b.edges);
}

function sameIds(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

/** The selection without what is gone. */
export function pruned(selection: Selection, document: ScenarioDocument): Selection {
  const nodes = selection.nodes.filter((id) => document.nodes.some((node) => node.id === id));
  const edges = selection.edges.filter((id) => document.edges.some((edge) => edge.id === id));
  const kept = nodes.length === selection.nodes.length && edges.length === selection.edges.length;
  return kept ? selection : { nodes, edges };
}

/** Room left between a node and the one wired after it. */
const STEP_X = NODE_WIDTH + 96;
const ROW_GAP = 28;

export function nodeIds(document: ScenarioDocument): Set<string> {
  return new Set(document.nodes.map((node) => node.id));
}

export function edgeIds(document: ScenarioDocument): Set<string> {
  return new Set(document.edges.map((edge) => edge.id));
}

/** A new node of a kind with its top left corner at `place`; `title` is the kind's title as the person reads it. */
export function newNode(document: ScenarioDocument, kind: string, title: string, place: Point): ScenarioNode {
  const names = new Set(document.nodes.map((node) => node.name));
  return {
    id: newId(kind, nodeIds(document)),
    kind,
    name: freeName(title, names).slice(0, NAME_LENGTH_MAX),
    x: Math.round(place.x),
    y: Math.round(place.y),
    parameters: {},
  };
}

export function newEdge(document: ScenarioDocument, source: string, target: string): ScenarioEdge {
  return { id: newId('edge', edgeIds(document)), source, target, parameters: {} };
}

/** Connect two nodes, or say why not. */
export function connect(
  catalog: Catalog,
  document: ScenarioDocument,
  source: string,
  target: string,
): { changes: DocumentChange[] } | { reason: Reason } {
  const reason = refusal(catalog, document, source, target);
  if (reason) return { reason };
  return { changes: [{ type: 'add_edge', edge: newEdge(document, source, target) }] };
}

/**
 * Where a node goes that is wired after (or before) another without being dropped anywhere: below its likes, when the
 * other already has some, else at the other's side.
 */
export function placeBeside(
  document: ScenarioDocument,
  node: ScenarioNode,
  forward: boolean,
  kind: string | null = null,
): Point {
  const linked = new Set(
    document.edges.flatMap((edge) => {
      if (forward) return edge.source === node.id ? [edge.target] : [];
      return edge.target === node.id ? [edge.source] : [];
    }),
  );
  const likes = document.nodes.filter((other) => linked.has(other.id) && other.kind === kind);
  const lowest = likes.toSorted((a, b) => b.y - a.y)[0];
  const wanted = lowest
    ? { x: lowest.x, y: lowest.y + NODE_HEIGHT + ROW_GAP }
    : { x: node.x + (forward ? STEP_X : -STEP_X), y: node.y };
  return freePlace(wanted, document.nodes);
}

/** Add a node and wire it to an existing one in the given direction, when their roles allow it. */
export function addWired(
  catalog: Catalog,
  document: ScenarioDocument,
  added: ScenarioNode,
  other: string,
  forward: boolean,
): DocumentChange[] {
  const add: DocumentChange = { type: 'add_node', node: added };
  const after = applyChanges(document, [add]);
  const [source, target] = forward ? [other, added.id] : [added.id, other];
  const wired = connect(catalog, after, source, target);
  return 'changes' in wired ? [add, ...wired.changes] : [add];
}

/** Whether a node of this kind could sit in the middle of an edge. */
export function canSplice(
  catalog: Catalog,
  document: ScenarioDocument,
  edge: ScenarioEdge,
  kind: Kind,
): boolean {
  const source = document.nodes.find((node) => node.id === edge.source);
  const target = document.nodes.find((node) => node.id === edge.target);
  const from = source && kindOf(catalog, source.kind);
  const to = target && kindOf(catalog, target.kind);
  return Boolean(from && to && canConnectKinds(from, kind) && canConnectKinds(kind, to));
}

/** Replace source → target by source → node → target; the first half keeps the edge's parameters. */
export function spliceInto(document: ScenarioDocument, edge: ScenarioEdge, nodeId: string): DocumentChange[] {
  const first = { ...newEdge(document, edge.source, nodeId), parameters: edge.parameters };
  const second = newEdge(document, nodeId, edge.target);
  return [
    { type: 'remove_edge', edge_id: edge.id },
    { type: 'add_edge', edge: first },
    { type: 'add_edge', edge: second },
  ];
}

/** Remove what is selected. With a catalog, wire each removed node's callers to what it called, where allowed. */
export function removeSelection(
  document: ScenarioDocument,
  selection: Selection,
  healWith: Catalog | null,
): DocumentChange[] {
  const changes: DocumentChange[] = [];
  let current = document;
  const push = (more: DocumentChange[]) => {
    changes.push(...more);
    current = applyChanges(current, more);
  };
  for (const id of selection.nodes) {
    const callers = current.edges.filter((edge) => edge.target === id).map((edge) => edge.source);
    const called = current.edges.filter((edge) => edge.source === id).map((edge) => edge.target);
    push([{ type: 'remove_node', node_id: id }]);
    if (!healWith) continue;
    for (const source of callers) {
      for (const target of called) {
        const wired = connect(healWith, current, source, target);
        if ('changes' in wired) push(wired.changes);
      }
    }
  }
  const remaining = edgeIds(current);
  push(
    selection.edges
      .filter((id) => remaining.has(id))
      .map((id): DocumentChange => ({ type: 'remove_edge', edge_id: id })),
  );
  return changes;
}

/** A piece of a drawing, as copied: nodes and the edges among them. */
export interface Clip {
  nodes: ScenarioNode[];
  edges: ScenarioEdge[];
}

export function copySelection(document: ScenarioDocument, selection: Selection): Clip {
  const chosen = new Set(selection.nodes);
  return {
    nodes: document.nodes.filter((node) => chosen.has(node.id)),
    edges: document.edges.filter((edge) => chosen.has(edge.source) && chosen.has(edge.target)),
  };
}

/** The wires between the selected nodes and the others: what a twin of each would need to do the same work. */
export function outerEdges(document: ScenarioDocument, selection: Selection): ScenarioEdge[] {
  const chosen = new Set(selection.nodes);
  return document.edges.filter((edge) => chosen.has(edge.source) !== chosen.has(edge.target));
}

/**
 * Add a copy of a clip, moved by `shift`; returns the new nodes' ids too so that they can be selected.
 * `outer` are wires to other nodes of the document, which the copies get as well.
 */
export function pasteClip(
  document: ScenarioDocument,
  clip: Clip,
  shift: Point,
  outer: readonly ScenarioEdge[] = [],
): { changes: DocumentChange[]; ids: string[] } {
  const takenIds = nodeIds(document);
  const takenEdges = edgeIds(document);
  const names = new Set(document.nodes.map((node) => node.name));
  const renamed = new Map<string, string>();
  const changes: DocumentChange[] = [];
  for (const node of clip.nodes) {
    const id = newId(node.kind, takenIds);
    const name = freeName(node.name.replace(/ \d+$/, ''), names);
    takenIds.add(id);
    names.add(name);
    renamed.set(node.id, id);
    const { group_id, ...rest } = node;
    const home = document.groups.some((group) => group.id === group_id) ? { group_id } : {};
    const copy = { ...rest, ...home, id, name, x: node.x + shift.x, y: node.y + shift.y };
    changes.push({ type: 'add_node', node: copy as ScenarioNode });
  }
  for (const edge of [...clip.edges, ...outer]) {
    const source = renamed.get(edge.source) ?? edge.source;
    const target = renamed.get(edge.target) ?? edge.target;
    const id = newId('edge', takenEdges);
    takenEdges.add(id);
    changes.push({ type: 'add_edge', edge: { ...edge, id, source, target } });
  }
  return { changes, ids: [...renamed.values()] };
}

/** Read a clip from clipboard text; null when it is something else. */
export function parseClip(text: string): Clip | null {
  try {
    const data = JSON.parse(text) as { nodes?: unknown; edges?: unknown };
    if (!Array.isArray(data.nodes) || !Array.isArray(data.edges)) return null;
    const nodes = data.nodes.filter(isNode).map((node) => ({ ...node, parameters: node.parameters ?? {} }));
    const edges = data.edges.filter(isEdge).map((edge) => ({ ...edge, parameters: edge.parameters ?? {} }));
    const ids = new Set(nodes.map((node) => node.id));
    const inner = edges.filter((edge) => ids.has(edge.source) && ids.has(edge.target));
    return nodes.length > 0 ? { nodes, edges: inner } : null;
  } catch {
    return null;
  }
}

function isNode(value: unknown): value is ScenarioNode {
  const node = value as Partial<ScenarioNode> | null;
  return (
    typeof node?.id === 'string' &&
    typeof node.kind === 'string' &&
    typeof node.name === 'string' &&
    Number.isFinite(node.x) &&
    Number.isFinite(node.y)
  );
}

function isEdge(value: unknown): value is ScenarioEdge {
  const edge = value as Partial<ScenarioEdge> | null;
  return typeof edge?.id === 'string' && typeof edge.source === 'string' && typeof edge.target === 'string';
}

export function bounds(nodes: readonly Point[]): Rect {
  return around(nodes.map(nodeRect));
}

/** The node to step to from `id`: along an edge, or to the next sibling above or below. */
export function neighbour(
  document: ScenarioDocument,
  id: string,
  direction: 'up' | 'down' | 'left' | 'right',
): string | null {
  const own = document.nodes.find((node) => node.id === id);
  if (!own) return null;
  const linked = (ids: string[]) => document.nodes.filter((node) => ids.includes(node.id));
  if (direction === 'right' || direction === 'left') {
    const ids = document.edges.flatMap((edge) => {
      if (direction === 'right') return edge.source === id ? [edge.target] : [];
      return edge.target === id ? [edge.source] : [];
    });
    return nearest(own, linked(ids))?.id ?? null;
  }
  const sign = direction === 'down' ? 1 : -1;
  return (
    nearest(
      own,
      document.nodes.filter((node) => node.id !== id && (node.y - own.y) * sign > NODE_HEIGHT / 2),
    )?.id ?? null
  );
}

function nearest(own: ScenarioNode, nodes: ScenarioNode[]): ScenarioNode | undefined {
  const distance = (node: ScenarioNode) => Math.hypot((node.x - own.x) * 1.5, node.y - own.y);
  return [...nodes].sort((a, b) => distance(a) - distance(b))[0];
}
