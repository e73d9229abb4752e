/** What an edit did, in a few words: for whoever made it, when it cannot be kept or taken back. Pure. */
import { type Catalog, kindOf } from './catalog';
import type { DocumentChange } from './changes';
import { findEdge, findNode, type ScenarioDocument } from './document';
import { findGroup } from './groupChanges';
import { t, tr } from './i18n';

export interface Scene {
  catalog: Catalog | null;
  /** where names are looked up, in this order: what is gone from one may still be in another */
  documents: readonly ScenarioDocument[];
}

/** Things named in one sentence; of more only the number is told. */
const NAMED_MAX = 2;

/** "Move Cache", "Set Workers of Web server", "Remove Cache, connect A and B and 3 more" */
export function editWords(changes: readonly DocumentChange[], scene: Scene): string {
  const words = [...new Set(changes.map((change) => changeWords(change, scene)))];
  const named = words.slice(0, NAMED_MAX).join(', ');
  const more = words.length - NAMED_MAX;
  return more > 0 ? t('together.edit.more', { named, count: more }) : named;
}

function changeWords(change: DocumentChange, scene: Scene): string {
  switch (change.type) {
    case 'add_node':
      return t('together.edit.add', { name: change.node.name });
    case 'add_group':
      return t('together.edit.add', { name: change.group.name });
    case 'add_edge':
      return t('together.edit.connect', wire(change.edge, scene));
    case 'remove_edge':
    case 'set_edge_parameter': {
      const edge = first(scene, (document) => findEdge(document, change.edge_id));
      const values = edge ? wire(edge, scene) : { source: '?', target: '?' };
      return t(change.type === 'remove_edge' ? 'together.edit.disconnect' : 'together.edit.set_wire', values);
    }
    case 'set_parameter':
      return t('together.edit.set', { name: nameOf(change.node_id, scene), setting: setting(change, scene) });
    case 'set_gateway':
    case 'set_node_group':
    case 'move_node':
    case 'rename_node':
    case 'remove_node':
      return t(`together.edit.${VERBS[change.type]}`, { name: nameOf(change.node_id, scene) });
    case 'move_group':
    case 'rename_group':
    case 'remove_group':
    case 'set_group_parameter':
    case 'set_group_parent':
      return t(`together.edit.${VERBS[change.type]}`, { name: nameOf(change.group_id, scene) });
    default:
      return t(`together.edit.${change.type}`);
  }
}

const VERBS = {
  set_gateway: 'change',
  set_node_group: 'move',
  move_node: 'move',
  rename_node: 'rename',
  remove_node: 'remove',
  move_group: 'move',
  rename_group: 'rename',
  remove_group: 'remove',
  set_group_parameter: 'change',
  set_group_parent: 'move',
} as const;

function first<T>(scene: Scene, find: (document: ScenarioDocument) => T | undefined): T | undefined {
  for (const document of scene.documents) {
    const found = find(document);
    if (found !== undefined) return found;
  }
  return undefined;
}

function nameOf(id: string, scene: Scene): string {
  return first(scene, (document) => findNode(document, id) ?? findGroup(document, id))?.name ?? id;
}

function wire(edge: { source: string; target: string }, scene: Scene): { source: string; target: string } {
  return { source: nameOf(edge.source, scene), target: nameOf(edge.target, scene) };
}

function setting(change: { node_id: string; name: string }, scene: Scene): string {
  const node = first(scene, (document) => findNode(document, change.node_id));
  const kind = node && scene.catalog && kindOf(scene.catalog, node.kind);
  const parameter = kind?.parameters.find(({ name }) => name === change.name);
  return parameter ? tr(parameter.label) : change.name;
}
