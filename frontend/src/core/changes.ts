/**
 * Edits as values: the one grammar for undo, for the socket and for what other people did.
 *
 * `applyChanges` is pure and lenient: a change whose target is gone does nothing, so that edits made here can be
 * replayed over edits made elsewhere. The server has the last word on what is valid.
 */
import {
  completeEdge,
  completeNode,
  type Parameters,
  type ParameterValue,
  type ScenarioDocument,
  type ScenarioEdge,
  type ScenarioNode,
  type ScheduledFault,
} from './document';
import { applyGroupChange, invertGroupChange } from './groupChanges';
import type { Change, DocumentChange } from './protocol';

export type { Change, DocumentChange } from './protocol';

type Of<T extends DocumentChange['type']> = Extract<DocumentChange, { type: T }>;

/**
 * Return the document after one change; the same object when nothing changed.
 *
 * Live changes (faults, a single request) leave the document as it is.
 */
export function applyChange(document: ScenarioDocument, change: Change): ScenarioDocument {
  switch (change.type) {
    case 'add_node':
      return addNode(document, completeNode(change.node));
    case 'remove_node':
      return removeNode(document, change.node_id);
    case 'move_node':
      return mapNode(document, change.node_id, (node) =>
        node.x === change.x && node.y === change.y ? node : { ...node, x: change.x, y: change.y },
      );
    case 'rename_node':
      return mapNode(document, change.node_id, (node) =>
        node.name === change.name ? node : { ...node, name: change.name },
      );
    case 'set_parameter':
      return mapNode(document, change.node_id, (node) => withParameter(node, change.name, change.value));
    case 'add_edge':
      return addEdge(document, completeEdge(change.edge));
    case 'remove_edge':
      return removeEdge(document, change.edge_id);
    case 'set_edge_parameter':
      return mapEdge(document, change.edge_id, (edge) => withParameter(edge, change.name, change.value));
    case 'set_workload':
      return { ...document, workload: change.workload };
    case 'set_estimate':
      return { ...document, estimate: change.estimate };
    case 'rename_scenario':
      return document.name === change.name ? document : { ...document, name: change.name };
    case 'set_seed':
      return document.seed === change.seed ? document : { ...document, seed: change.seed };
    case 'set_notes':
      return document.notes === change.notes ? document : { ...document, notes: change.notes };
    case 'set_faults':
      return { ...document, faults: change.faults };
    case 'set_availability_target':
      return withTarget(document, change.availability_target_ratio);
    case 'fault':
    case 'heal':
    case 'inject':
    case 'trace':
      return document;
    default:
      return applyGroupChange(document, change);
  }
}

function withTarget(document: ScenarioDocument, availability_target_ratio: number): ScenarioDocument {
  return document.availability_target_ratio === availability_target_ratio
    ? document
    : { ...document, availability_target_ratio };
}

export function applyChanges(document: ScenarioDocument, changes: readonly Change[]): ScenarioDocument {
  return changes.reduce(applyChange, document);
}

/** Changes that lead back from `applyChanges(document, changes)` to `document`. */
export function invertChanges(
  document: ScenarioDocument,
  changes: readonly DocumentChange[],
): DocumentChange[] {
  const undo: DocumentChange[][] = [];
  let current = document;
  for (const change of changes) {
    undo.unshift(invertChange(current, change));
    current = applyChange(current, change);
  }
  return undo.flat();
}

/** Collapse repeated settings of one thing into the last, so that a dragged slider is one change. */
export function compactChanges(changes: readonly DocumentChange[]): DocumentChange[] {
  const kept: DocumentChange[] = [];
  for (const change of changes) {
    const last = kept.findLastIndex((other) => settingKey(other) === settingKey(change));
    const key = settingKey(change);
    const barrier = kept.findLastIndex((other) => settingKey(other) === null);
    if (key !== null && last > barrier) kept[last] = change;
    else kept.push(change);
  }
  return kept;
}

/** What a change sets, or null when it adds or removes something. */
export function settingKey(change: DocumentChange): string | null {
  switch (change.type) {
    case 'move_node':
    case 'rename_node':
      return `${change.type} ${change.node_id}`;
    case 'set_parameter':
      return `${change.type} ${change.node_id} ${change.name}`;
    case 'set_edge_parameter':
      return `${change.type} ${change.edge_id} ${change.name}`;
    case 'move_group':
    case 'rename_group':
      return `${change.type} ${change.group_id}`;
    case 'set_group_parameter':
      return `${change.type} ${change.group_id} ${change.name}`;
    case 'set_workload':
    case 'set_estimate':
    case 'rename_scenario':
    case 'set_seed':
    case 'set_notes':
    case 'set_faults':
    case 'set_availability_target':
      return change.type;
    default:
      return null;
  }
}

function invertChange(document: ScenarioDocument, change: DocumentChange): DocumentChange[] {
  switch (change.type) {
    case 'add_node':
      return hasNode(document, change.node.id) ? [] : [{ type: 'remove_node', node_id: change.node.id }];
    case 'remove_node':
      return invertRemoval(document, change.node_id);
    case 'add_edge':
      return addEdge(document, completeEdge(change.edge)) === document
        ? []
        : [{ type: 'remove_edge', edge_id: change.edge.id }];
    case 'remove_edge':
      return [
        ...document.edges
          .filter((edge) => edge.id === change.edge_id)
          .map((edge): DocumentChange => ({ type: 'add_edge', edge })),
        ...restoredFaults(document, removeEdge(document, change.edge_id)),
      ];
    case 'set_workload':
      return [{ type: 'set_workload', workload: document.workload }];
    case 'set_estimate':
      return [{ type: 'set_estimate', estimate: document.estimate }];
    case 'rename_scenario':
      return [{ type: 'rename_scenario', name: document.name }];
    case 'set_seed':
      return [{ type: 'set_seed', seed: document.seed }];
    case 'set_notes':
      return [{ type: 'set_notes', notes: document.notes }];
    case 'set_faults':
      return [{ type: 'set_faults', faults: document.faults }];
    case 'set_availability_target':
      return [{ ...change, availability_target_ratio: document.availability_target_ratio }];
    case 'set_edge_parameter': {
      const edge = document.edges.find((candidate) => candidate.id === change.edge_id);
      return edge ? [{ ...change, value: edge.parameters[change.name] ?? null }] : [];
    }
    case 'move_node':
    case 'rename_node':
    case 'set_parameter':
      return invertNodeSetting(document, change);
    default:
      return invertGroupChange(document, change);
  }
}

function invertNodeSetting(
  document: ScenarioDocument,
  change: Of<'move_node'> | Of<'rename_node'> | Of<'set_parameter'>,
): DocumentChange[] {
  const node = document.nodes.find((candidate) => candidate.id === change.node_id);
  if (!node) return [];
  switch (change.type) {
    case 'move_node':
      return [{ ...change, x: node.x, y: node.y }];
    case 'rename_node':
      return [{ ...change, name: node.name }];
    case 'set_parameter':
      return [{ ...change, value: node.parameters[change.name] ?? null }];
  }
}

function invertRemoval(document: ScenarioDocument, nodeId: string): DocumentChange[] {
  const node = document.nodes.find((candidate) => candidate.id === nodeId);
  if (!node) return [];
  const edges = document.edges.filter((edge) => edge.source === nodeId || edge.target === nodeId);
  return [
    { type: 'add_node', node },
    ...edges.map((edge): DocumentChange => ({ type: 'add_edge', edge })),
    ...restoredFaults(document, removeNode(document, nodeId)),
  ];
}

function restoredFaults(before: ScenarioDocument, after: ScenarioDocument): DocumentChange[] {
  return before.faults.length === after.faults.length ? [] : [{ type: 'set_faults', faults: before.faults }];
}

function hasNode(document: ScenarioDocument, id: string): boolean {
  return document.nodes.some((node) => node.id === id);
}

function addNode(document: ScenarioDocument, node: ScenarioNode): ScenarioDocument {
  return hasNode(document, node.id) ? document : { ...document, nodes: [...document.nodes, node] };
}

function removeNode(document: ScenarioDocument, id: string): ScenarioDocument {
  if (!hasNode(document, id)) return document;
  return {
    ...document,
    nodes: document.nodes.filter((node) => node.id !== id),
    edges: document.edges.filter((edge) => edge.source !== id && edge.target !== id),
    faults: faultsWithout(document, id),
  };
}

/** Scheduled faults that strike neither a node nor any of its edges: the others go with it. */
function faultsWithout(document: ScenarioDocument, nodeId: string): ScheduledFault[] {
  const edges = new Set(
    document.edges.filter((edge) => edge.source === nodeId || edge.target === nodeId).map((edge) => edge.id),
  );
  return document.faults.filter(
    (fault) => fault.node_id !== nodeId && !(fault.edge_id !== null && edges.has(fault.edge_id)),
  );
}

function addEdge(document: ScenarioDocument, edge: ScenarioEdge): ScenarioDocument {
  const taken = document.edges.some(
    (other) => other.id === edge.id || (other.source === edge.source && other.target === edge.target),
  );
  if (taken || !hasNode(document, edge.source) || !hasNode(document, edge.target)) return document;
  return { ...document, edges: [...document.edges, edge] };
}

function removeEdge(document: ScenarioDocument, id: string): ScenarioDocument {
  const edges = document.edges.filter((edge) => edge.id !== id);
  if (edges.length === document.edges.length) return document;
  return { ...document, edges, faults: document.faults.filter((fault) => fault.edge_id !== id) };
}

function mapNode(
  document: ScenarioDocument,
  id: string,
  change: (node: ScenarioNode) => ScenarioNode,
): ScenarioDocument {
  const index = document.nodes.findIndex((node) => node.id === id);
  const node = document.nodes[index];
  const next = node && change(node);
  return next && next !== node ? { ...document, nodes: document.nodes.with(index, next) } : document;
}

function mapEdge(
  document: ScenarioDocument,
  id: string,
  change: (edge: ScenarioEdge) => ScenarioEdge,
): ScenarioDocument {
  const index = document.edges.findIndex((edge) => edge.id === id);
  const edge = document.edges[index];
  const next = edge && change(edge);
  return next && next !== edge ? { ...document, edges: document.edges.with(index, next) } : document;
}

function withParameter<T extends { parameters: Parameters }>(
  owner: T,
  name: string,
  value: ParameterValue | null,
): T {
  if ((owner.parameters[name] ?? null) === value) return owner;
  const parameters = { ...owner.parameters };
  if (value === null) delete parameters[name];
  else parameters[name] = value;
  return { ...owner, parameters };
}
