/** Edits of groups: regions, zones and networks around components. Pure and lenient, as `changes` is. */
import { completeGroup, type ScenarioDocument, type ScenarioGroup, type ScenarioNode } from './document';
import type { DocumentChange } from './protocol';

export type GroupChange = Extract<
  DocumentChange,
  {
    type:
      | 'add_group'
      | 'remove_group'
      | 'move_group'
      | 'rename_group'
      | 'set_group_parameter'
      | 'set_group_parent'
      | 'set_node_group'
      | 'set_gateway';
  }
>;

/** Return the document after one edit of its groups; the same object when nothing changed. */
export function applyGroupChange(document: ScenarioDocument, change: GroupChange): ScenarioDocument {
  switch (change.type) {
    case 'add_group':
      return findGroup(document, change.group.id)
        ? document
        : { ...document, groups: [...document.groups, completeGroup(change.group)] };
    case 'remove_group':
      return removeGroup(document, change.group_id);
    case 'move_group':
      return mapGroup(document, change.group_id, { x: change.x, y: change.y });
    case 'rename_group':
      return mapGroup(document, change.group_id, { name: change.name });
    case 'set_group_parameter': {
      const group = findGroup(document, change.group_id);
      if (!group || (group.parameters[change.name] ?? null) === change.value) return document;
      const { [change.name]: _, ...rest } = group.parameters;
      const parameters = change.value === null ? rest : { ...rest, [change.name]: change.value };
      return mapGroup(document, change.group_id, { parameters });
    }
    case 'set_group_parent':
      return mapGroup(document, change.group_id, { parent_id: change.parent_id });
    case 'set_node_group':
      return mapMember(document, change.node_id, { group_id: change.group_id });
    case 'set_gateway':
      return mapMember(document, change.node_id, { gateway: change.gateway });
  }
}

/** Changes that lead back from `applyGroupChange(document, change)` to `document`. */
export function invertGroupChange(document: ScenarioDocument, change: GroupChange): DocumentChange[] {
  if (change.type === 'add_group') {
    return findGroup(document, change.group.id) ? [] : [{ type: 'remove_group', group_id: change.group.id }];
  }
  if (change.type === 'set_node_group' || change.type === 'set_gateway') {
    const node = document.nodes.find((candidate) => candidate.id === change.node_id);
    if (!node) return [];
    return change.type === 'set_gateway'
      ? [{ ...change, gateway: node.gateway ?? false }]
      : [{ ...change, group_id: node.group_id ?? null }];
  }
  const group = findGroup(document, change.group_id);
  if (!group) return [];
  switch (change.type) {
    case 'remove_group':
      return invertRemoval(document, group);
    case 'move_group':
      return [{ ...change, x: group.x, y: group.y }];
    case 'rename_group':
      return [{ ...change, name: group.name }];
    case 'set_group_parameter':
      return [{ ...change, value: group.parameters[change.name] ?? null }];
    case 'set_group_parent':
      return [{ ...change, parent_id: group.parent_id ?? null }];
  }
}

export function findGroup(
  document: ScenarioDocument,
  id: string | null | undefined,
): ScenarioGroup | undefined {
  return document.groups.find((group) => group.id === id);
}

/** The groups around something, the innermost first. */
export function groupsAround(document: ScenarioDocument, id: string | null | undefined): ScenarioGroup[] {
  const found: ScenarioGroup[] = [];
  let group = findGroup(document, id);
  while (group && !found.includes(group)) {
    found.push(group);
    group = findGroup(document, group.parent_id);
  }
  return found;
}

/** The components in a group and in those inside it. */
export function membersOf(document: ScenarioDocument, id: string): ScenarioNode[] {
  return document.nodes.filter((node) =>
    groupsAround(document, node.group_id).some((group) => group.id === id),
  );
}

function removeGroup(document: ScenarioDocument, id: string): ScenarioDocument {
  const gone = findGroup(document, id);
  if (!gone) return document;
  const outer = gone.parent_id ?? null;
  return {
    ...document,
    nodes: document.nodes.map((node) => (node.group_id === id ? { ...node, group_id: outer } : node)),
    groups: document.groups
      .filter((group) => group !== gone)
      .map((group) => (group.parent_id === id ? { ...group, parent_id: outer } : group)),
    faults: document.faults.filter((fault) => fault.group_id !== id),
  };
}

function invertRemoval(document: ScenarioDocument, group: ScenarioGroup): DocumentChange[] {
  const inside = document.groups.filter((other) => other.parent_id === group.id);
  const members = document.nodes.filter((node) => node.group_id === group.id);
  const faults = document.faults.some((fault) => fault.group_id === group.id);
  return [
    { type: 'add_group', group },
    ...inside.map(
      (other): DocumentChange => ({ type: 'set_group_parent', group_id: other.id, parent_id: group.id }),
    ),
    ...members.map(
      (node): DocumentChange => ({ type: 'set_node_group', node_id: node.id, group_id: group.id }),
    ),
    ...(faults ? [{ type: 'set_faults', faults: document.faults } as const] : []),
  ];
}

function mapGroup(document: ScenarioDocument, id: string, part: Partial<ScenarioGroup>): ScenarioDocument {
  const index = document.groups.findIndex((group) => group.id === id);
  const group = document.groups[index];
  if (!group || same(group, part)) return document;
  return { ...document, groups: document.groups.with(index, { ...group, ...part }) };
}

function mapMember(document: ScenarioDocument, id: string, part: Partial<ScenarioNode>): ScenarioDocument {
  const index = document.nodes.findIndex((node) => node.id === id);
  const node = document.nodes[index];
  if (!node || same({ group_id: null, gateway: false, ...node }, part)) return document;
  return { ...document, nodes: document.nodes.with(index, { ...node, ...part }) };
}

function same<T extends object>(whole: T, part: Partial<T>): boolean {
  return (Object.keys(part) as (keyof T)[]).every((name) => whole[name] === part[name]);
}
