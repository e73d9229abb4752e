/** From a drawing that was read to one on the canvas: laid out, opened by itself or added to what is there. */
import { api } from '../core/api';
import { kindOf } from '../core/catalog';
import { applyChanges, type DocumentChange } from '../core/changes';
import type { ScenarioDocument, ScenarioNode } from '../core/document';
import { bounds, edgeIds, nodeIds } from '../core/edits';
import { tr } from '../core/i18n';
import { newId } from '../core/ids';
import { errorText } from '../session';
import { applyLocal, notify, select, useEditor } from '../store';
import { getCamera } from '../view';

export { FILE_BYTES_MAX, incoming, takeIncoming } from '../incoming';

/** Room between what is there and what is added below. */
const GAP = 120;

/** The drawing with places: its own, or those of a layout when it has none. */
export async function placed(document: ScenarioDocument, isPlaced: boolean): Promise<ScenarioDocument> {
  if (isPlaced || document.nodes.length === 0) return document;
  const { tidied } = await import('../core/tidy');
  const drawn = applyChanges(document, tidied(document));
  return { ...drawn, nodes: drawn.nodes.map(inPageLanguage) };
}

/** What was named after its kind is named so in the language of the page. */
function inPageLanguage(node: ScenarioNode): ScenarioNode {
  const { catalog } = useEditor.getState();
  const title = catalog && kindOf(catalog, node.kind)?.title;
  return node.name === title ? { ...node, name: tr(title) } : node;
}

/** Store it as a scenario of its own and go there; what is on this page stays behind its own link or in this browser. */
export async function openAsNew(document: ScenarioDocument): Promise<void> {
  try {
    const links = await api.create(document);
    location.assign(links.edit_url);
  } catch (error) {
    notify(errorText(error), 'error');
  }
}

/** Add all of it below what is there, as one undo step. Traffic, faults and notes stay those of this scenario. */
export function addToDrawing(added: ScenarioDocument): boolean {
  const { document } = useEditor.getState();
  const changes = additions(document, added);
  if (!applyLocal(changes)) return false;
  select({ nodes: changes.flatMap((change) => (change.type === 'add_node' ? [change.node.id] : [])) });
  requestAnimationFrame(() => getCamera()?.fit());
  return true;
}

export function additions(document: ScenarioDocument, added: ScenarioDocument): DocumentChange[] {
  const here = document.nodes.length > 0 ? bounds(document.nodes) : { x: 0, y: 0, w: 0, h: -GAP };
  const there = added.nodes.length > 0 ? bounds(added.nodes) : here;
  const dx = Math.round(here.x - there.x);
  const dy = Math.round(here.y + here.h + GAP - there.y);
  const groups = renamed(added.groups, new Set(document.groups.map((group) => group.id)));
  const nodes = renamed(added.nodes, nodeIds(document));
  const edges = renamed(added.edges, edgeIds(document));
  const at = (ids: ReadonlyMap<string, string>, id: string) => ids.get(id) ?? id;
  const inside = (id: string | null | undefined) => (id ? { id: at(groups, id) } : null);
  return [
    ...outermostFirst(added).map((group): DocumentChange => {
      const parent = inside(group.parent_id);
      const { parent_id: _, ...rest } = group;
      const place = { id: at(groups, group.id), x: group.x + dx, y: group.y + dy };
      return { type: 'add_group', group: { ...rest, ...place, ...(parent ? { parent_id: parent.id } : {}) } };
    }),
    ...added.nodes.map((node): DocumentChange => {
      const home = inside(node.group_id);
      const { group_id: _, ...rest } = node;
      const place = { id: at(nodes, node.id), x: node.x + dx, y: node.y + dy };
      return { type: 'add_node', node: { ...rest, ...place, ...(home ? { group_id: home.id } : {}) } };
    }),
    ...added.edges.map((edge): DocumentChange => {
      const ends = { source: at(nodes, edge.source), target: at(nodes, edge.target) };
      return { type: 'add_edge', edge: { ...edge, ...ends, id: at(edges, edge.id) } };
    }),
  ];
}

/** Groups before those inside them, for none can be added to one that is not there yet. */
function outermostFirst(document: ScenarioDocument): ScenarioDocument['groups'] {
  const parents = new Map(document.groups.map((group) => [group.id, group.parent_id ?? null]));
  const depth = (id: string | null): number => (id === null ? 0 : 1 + depth(parents.get(id) ?? null));
  return document.groups.toSorted((a, b) => depth(a.id) - depth(b.id));
}

/** New identifiers for those that are taken. */
function renamed(items: readonly { id: string }[], taken: ReadonlySet<string>): Map<string, string> {
  const used = new Set([...taken, ...items.map((item) => item.id)]);
  const clashing = items.filter((item) => taken.has(item.id));
  return new Map(
    clashing.map((item) => {
      const id = newId(item.id.slice(0, 24), used);
      used.add(id);
      return [item.id, id];
    }),
  );
}
