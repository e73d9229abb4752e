/** The verbs of the editor, shared by mouse, keyboard, palette, outline and menus. Each is one undo step. */
import { type Kind, kindOf, type Preset } from './core/catalog';
import type { DocumentChange } from './core/changes';
import type { ScenarioEdge, ScenarioNode } from './core/document';
import {
  addWired,
  bounds,
  type Clip,
  canSplice,
  connect,
  copySelection,
  neighbour,
  newNode,
  outerEdges,
  parseClip,
  pasteClip,
  placeBeside,
  removeSelection,
  spliceInto,
} from './core/edits';
import { freePlace, NODE_HEIGHT, NODE_WIDTH, type Point } from './core/geometry';
import { findGroup } from './core/groupChanges';
import { groupAround } from './core/groupEdits';
import { EMPTY_GROUP, groupAt, groupFrames } from './core/groupLayout';
import { t, tr } from './core/i18n';
import { presetParameters } from './core/presets';
import type { GroupKind } from './core/protocol';
import { noteKind } from './core/recent';
import { applyLocal, notify, select, selectGroup, useEditor } from './store';
import { getCamera, openPicker, openSheet, useView } from './view';

const get = useEditor.getState;

export interface AddOptions {
  /** middle of the new node, in flow coordinates; found by itself when missing */
  at?: Point | undefined;
  /** wire it to this node, which sends to it (`forward`) or receives from it */
  wire?: { node: string; forward: boolean } | undefined;
  /** put it into the middle of this edge */
  spliceEdge?: string | null | undefined;
  /** the product that it is set to */
  preset?: Preset | null | undefined;
}

/** Add a component of a kind, select it and return its id. */
export function addKind(kind: Kind, options: AddOptions = {}): string {
  const { document, catalog } = get();
  const other = document.nodes.find((node) => node.id === options.wire?.node);
  const bare = newNode(document, kind.kind, tr(kind.title), placeFor(kind.kind, options, other));
  const home = options.at ? groupAt(groupFrames(document), options.at) : null;
  const node: ScenarioNode = {
    ...bare,
    ...(home ? { group_id: home } : {}),
    parameters: options.preset ? presetParameters(kind, options.preset) : {},
  };
  const edge = document.edges.find((candidate) => candidate.id === options.spliceEdge);
  let changes: DocumentChange[] = [{ type: 'add_node', node }];
  if (catalog && edge && canSplice(catalog, document, edge, kind)) {
    changes = [...changes, ...spliceInto(document, edge, node.id)];
  } else if (catalog && options.wire) {
    changes = addWired(catalog, document, node, options.wire.node, options.wire.forward);
  }
  if (applyLocal(changes)) {
    noteKind(kind.kind);
    select({ nodes: [node.id] });
    announceWire(changes);
    requestAnimationFrame(() => getCamera()?.reveal(node.id));
  }
  return node.id;
}

function placeFor(kind: string, options: AddOptions, other: ScenarioNode | undefined): Point {
  const { document } = get();
  if (options.at) return { x: options.at.x - NODE_WIDTH / 2, y: options.at.y - NODE_HEIGHT / 2 };
  if (other) return placeBeside(document, other, options.wire?.forward ?? true, kind);
  const centre = getCamera()?.centre() ?? { x: 0, y: 0 };
  return freePlace({ x: centre.x - NODE_WIDTH / 2, y: centre.y - NODE_HEIGHT / 2 }, document.nodes);
}

/** Connect two nodes, or say why not. */
export function connectNodes(source: string, target: string): boolean {
  const { catalog, document } = get();
  if (!catalog) return false;
  const result = connect(catalog, document, source, target);
  if ('reason' in result) {
    const { role, ...names } = result.reason.values;
    notify(t(result.reason.key, role ? { ...names, role: tr(role) } : names), 'error');
    return false;
  }
  const done = applyLocal(result.changes);
  if (done) announceWire(result.changes);
  return done;
}

/** After a connect, say what it means: which requests will take the new wire. */
function announceWire(changes: readonly DocumentChange[]): void {
  const { catalog, document } = get();
  const added = changes.flatMap((change) => (change.type === 'add_edge' ? [change.edge] : []));
  if (!catalog || added.length !== 1) return;
  const source = document.nodes.find((node) => node.id === added[0]?.source);
  const target = document.nodes.find((node) => node.id === added[0]?.target);
  const from = source && kindOf(catalog, source.kind);
  const to = target && kindOf(catalog, target.kind);
  const meaning = from && to ? from.connects_to[to.role] : undefined;
  if (source && target && meaning) {
    notify(t('connect.done', { source: source.name, target: target.name, meaning: tr(meaning) }));
  }
}

/** Draw a group of a kind around the selected components, or an empty one in the middle, and show its settings. */
export function addGroup(kind: GroupKind): void {
  const { document, catalog, selection } = get();
  if (!catalog) return;
  const middle = getCamera()?.centre() ?? { x: 0, y: 0 };
  const place = { x: middle.x - EMPTY_GROUP.w / 2, y: middle.y - EMPTY_GROUP.h / 2 };
  const drawn = groupAround(catalog, document, kind, tr(kind.title), selection.nodes, place);
  if (applyLocal(drawn.changes)) selectGroup(drawn.id);
}

/** Remove a group and leave what was in it. */
export function removeGroup(id: string): void {
  if (applyLocal([{ type: 'remove_group', group_id: id }])) select({});
}

export function deleteSelection(heal: boolean): void {
  const { document, selection, catalog, group } = get();
  if (group !== null && findGroup(document, group)) {
    removeGroup(group);
    return;
  }
  const changes = removeSelection(document, selection, heal ? catalog : null);
  if (changes.length > 0) applyLocal(changes);
}

export function selectAll(): void {
  const { document } = get();
  select({ nodes: document.nodes.map((node) => node.id) });
}

let clip: Clip | null = null;
let pastes = 0;

/** Copy the selected nodes; they also go to the system's clipboard as JSON, for other pages. */
export function copySelected(): boolean {
  const { document, selection } = get();
  if (selection.nodes.length === 0) return false;
  clip = copySelection(document, selection);
  pastes = 0;
  void navigator.clipboard?.writeText(JSON.stringify(clip)).catch(() => undefined);
  return true;
}

export function cutSelected(): void {
  if (copySelected()) deleteSelection(false);
}

/** Paste what was copied here, or a drawing's JSON given as text. */
export function paste(text: string | null): void {
  const content = (text && parseClip(text)) || clip;
  if (!content) return;
  pastes += 1;
  place(content, { x: 36 * pastes, y: 36 * pastes });
}

/** Set a twin beside each selected node, wired to the same neighbours: one more server, ready to work. */
export function duplicateSelected(): void {
  const { document, selection } = get();
  if (selection.nodes.length === 0) return;
  const copy = copySelection(document, selection);
  const { x, y, h } = bounds(copy.nodes);
  const free = selection.nodes.length === 1 ? freePlace({ x, y: y + h + 28 }, document.nodes) : null;
  place(copy, { x: 0, y: free ? free.y - y : h + 28 }, outerEdges(document, selection));
}

function place(content: Clip, shift: Point, outer: readonly ScenarioEdge[] = []): void {
  const { document } = get();
  const { changes, ids } = pasteClip(document, content, shift, outer);
  if (!applyLocal(changes)) return;
  select({ nodes: ids });
  const first = ids[0];
  if (first) requestAnimationFrame(() => getCamera()?.reveal(first));
}

/** Move the selected nodes by a step; held keys are one undo step. */
export function nudge(dx: number, dy: number): void {
  const { document, selection } = get();
  const changes = document.nodes
    .filter((node) => selection.nodes.includes(node.id))
    .map((node): DocumentChange => ({ type: 'move_node', node_id: node.id, x: node.x + dx, y: node.y + dy }));
  if (changes.length > 0) applyLocal(changes, 'nudge');
}

/** Walk from the selected node along its wires, or to the node above or below. */
export function walk(direction: 'up' | 'down' | 'left' | 'right'): void {
  const { document, selection } = get();
  const from = selection.nodes[0] ?? document.nodes[0]?.id;
  if (!from) return;
  const next = selection.nodes[0] ? neighbour(document, from, direction) : from;
  if (!next) return;
  select({ nodes: [next] });
  getCamera()?.reveal(next);
}

/** Lay the drawing out from left to right. Only ever on request: components stay where people put them. */
export async function tidy(): Promise<void> {
  const { tidied } = await import('./core/tidy');
  const { document } = get();
  if (document.nodes.length > 0 && applyLocal(tidied(document))) {
    requestAnimationFrame(() => getCamera()?.fit());
  }
}

export function startConnect(nodeId: string): void {
  const node = get().document.nodes.find((candidate) => candidate.id === nodeId);
  if (!node || get().permission === 'view') return;
  const corner = { x: node.x + NODE_WIDTH + 12, y: node.y };
  openPicker({ mode: 'connect', node: nodeId }, getCamera()?.toClient(corner) ?? null);
}

/** Show a node, an edge or the whole scenario in the inspector, and focus a setting there. */
export function showSetting(place: {
  node_id: string | null;
  edge_id: string | null;
  field: string | null;
}): void {
  if (place.node_id) select({ nodes: [place.node_id] });
  else if (place.edge_id) select({ edges: [place.edge_id] });
  else select({});
  if (place.node_id) getCamera()?.reveal(place.node_id);
  useView.setState({ target: place.field ? { field: place.field } : null });
  openSheet('inspector');
}

export function rename(nodeId: string): void {
  select({ nodes: [nodeId] });
  useView.setState({ target: { field: 'name' } });
  openSheet('inspector');
}
