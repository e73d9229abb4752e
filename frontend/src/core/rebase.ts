/**
 * What is left of changes when others have changed the document since they were thought of. Pure.
 *
 * The server takes all changes of an edit or none, so what can no longer apply has to be taken out here. And whoever
 * takes back a step takes back what it did, never what somebody else has done since.
 */
import { applyChange, applyChanges, type DocumentChange, settingKey } from './changes';
import {
  completeEdge,
  completeGroup,
  completeNode,
  emptyDocument,
  findEdge,
  findNode,
  type ScenarioDocument,
  type ScheduledFault,
} from './document';
import { findGroup } from './groupChanges';

export interface Rest {
  /** what does something, in order */
  changes: DocumentChange[];
  /** what cannot apply any more */
  lost: DocumentChange[];
}

/** Divide changes into those that still do something to the document and those whose target is gone or taken. */
export function rest(document: ScenarioDocument, changes: readonly DocumentChange[]): Rest {
  const found: Rest = { changes: [], lost: [] };
  let current = document;
  for (const change of changes) {
    const fitted = fitting(current, change);
    const next = fitted ? applyChange(current, fitted) : current;
    if (fitted && next !== current) found.changes.push(fitted);
    else if (!hasTarget(current, change)) found.lost.push(change);
    current = next;
  }
  return found;
}

/** The change as it can be made now: what comes back into a group that is gone comes back outside of it. */
function fitting(document: ScenarioDocument, change: DocumentChange): DocumentChange | null {
  switch (change.type) {
    case 'add_node': {
      const { group_id } = change.node;
      return group_id && !findGroup(document, group_id)
        ? { ...change, node: { ...change.node, group_id: null } }
        : change;
    }
    case 'add_group': {
      const { parent_id } = change.group;
      return parent_id && !findGroup(document, parent_id)
        ? { ...change, group: { ...change.group, parent_id: null } }
        : change;
    }
    case 'set_node_group':
      return !change.group_id || findGroup(document, change.group_id) ? change : null;
    case 'set_group_parent':
      return !change.parent_id || findGroup(document, change.parent_id) ? change : null;
    case 'set_faults': {
      const faults = change.faults.filter((fault) => strikesSomething(document, fault));
      return { ...change, faults };
    }
    default:
      return change;
  }
}

function strikesSomething(document: ScenarioDocument, fault: ScheduledFault): boolean {
  return (
    (fault.node_id === null || findNode(document, fault.node_id) !== undefined) &&
    (fault.edge_id === null || findEdge(document, fault.edge_id) !== undefined) &&
    (!fault.group_id || findGroup(document, fault.group_id) !== undefined)
  );
}

/** Whether what a change is about is there (or, for what it adds, there is room for it). */
function hasTarget(document: ScenarioDocument, change: DocumentChange): boolean {
  switch (change.type) {
    case 'add_node':
    case 'add_group':
      return true; // it is there already, so nothing is lost
    case 'add_edge':
      return (
        findNode(document, change.edge.source) !== undefined &&
        findNode(document, change.edge.target) !== undefined
      );
    case 'remove_node':
    case 'remove_edge':
    case 'remove_group':
      return true; // it is gone already, as was wanted
    case 'set_node_group':
      return findNode(document, change.node_id) !== undefined && fitting(document, change) !== null;
    case 'set_group_parent':
      return findGroup(document, change.group_id) !== undefined && fitting(document, change) !== null;
    default:
      if ('node_id' in change) return findNode(document, change.node_id) !== undefined;
      if ('edge_id' in change) return findEdge(document, change.edge_id) !== undefined;
      if ('group_id' in change) return findGroup(document, change.group_id) !== undefined;
      return true;
  }
}

/**
 * What of `back` may be applied, the way back from changes `made` here earlier, without touching what others did since.
 *
 * A setting goes back only while it is what `made` set it to; what was added goes only while nobody has changed it or
 * wired it further.
 */
export function takeBack(
  document: ScenarioDocument,
  back: readonly DocumentChange[],
  made: readonly DocumentChange[],
): Rest {
  const own: DocumentChange[] = [];
  const others: DocumentChange[] = [];
  const left = applyChanges(emptyDocument(''), partsOf(made));
  for (const change of back) {
    const mine = change.type === 'set_faults' ? withRestoredFaults(document, change, back, made) : change;
    (isOwn(document, left, mine, back, made) ? own : others).push(mine);
  }
  const { changes, lost } = rest(document, own);
  return { changes, lost: [...others, ...lost] };
}

function isOwn(
  document: ScenarioDocument,
  left: ScenarioDocument,
  change: DocumentChange,
  back: readonly DocumentChange[],
  made: readonly DocumentChange[],
): boolean {
  switch (change.type) {
    case 'remove_node': {
      const [now, then] = [findNode(document, change.node_id), findNode(left, change.node_id)];
      const wires = document.edges.filter(
        (edge) => edge.source === change.node_id || edge.target === change.node_id,
      );
      const added = new Set(made.flatMap((item) => (item.type === 'add_edge' ? [item.edge.id] : [])));
      return !now || !then || (alike(now, then) && wires.every((edge) => added.has(edge.id)));
    }
    case 'remove_edge': {
      const now = findEdge(document, change.edge_id);
      const then = made.findLast((item) => item.type === 'add_edge' && item.edge.id === change.edge_id);
      return !now || then?.type !== 'add_edge' || same(now.parameters, completeEdge(then.edge).parameters);
    }
    case 'remove_group': {
      const [now, then] = [findGroup(document, change.group_id), findGroup(left, change.group_id)];
      return !now || !then || alike(now, then);
    }
    default:
      return isAsLeft(document, change, back, made);
  }
}

/** Whether a setting is still what was made of it here. */
function isAsLeft(
  document: ScenarioDocument,
  change: DocumentChange,
  back: readonly DocumentChange[],
  made: readonly DocumentChange[],
): boolean {
  const key = settingKey(change) ?? memberKey(change);
  if (key === null) return true;
  const set = made.findLast((item) => (settingKey(item) ?? memberKey(item)) === key);
  if (set) return same(applyChange(document, set), document);
  // It went with a group that was removed here: its members were left in the group around that.
  const group = back.find((item) => item.type === 'add_group');
  if (group?.type !== 'add_group') return true;
  const outer = group.group.parent_id ?? null;
  if (change.type === 'set_node_group' && change.group_id === group.group.id) {
    return (findNode(document, change.node_id)?.group_id ?? null) === outer;
  }
  if (change.type === 'set_group_parent' && change.parent_id === group.group.id) {
    return (findGroup(document, change.group_id)?.parent_id ?? null) === outer;
  }
  return true;
}

function memberKey(change: DocumentChange): string | null {
  switch (change.type) {
    case 'set_node_group':
    case 'set_gateway':
      return `${change.type} ${change.node_id}`;
    case 'set_group_parent':
      return `${change.type} ${change.group_id}`;
    default:
      return null;
  }
}

/** Scheduled faults went with what they strike: they come back with it, beside what others have scheduled since. */
function withRestoredFaults(
  document: ScenarioDocument,
  change: Extract<DocumentChange, { type: 'set_faults' }>,
  back: readonly DocumentChange[],
  made: readonly DocumentChange[],
): DocumentChange {
  if (made.some((item) => item.type === 'set_faults')) return change;
  const restored = new Set(
    back.flatMap((item) => {
      if (item.type === 'add_node') return [item.node.id];
      if (item.type === 'add_edge') return [item.edge.id];
      return item.type === 'add_group' ? [item.group.id] : [];
    }),
  );
  const missing = change.faults.filter(
    (fault) =>
      [fault.node_id, fault.edge_id, fault.group_id].some((id) => id && restored.has(id)) &&
      !document.faults.some((other) => same(other, fault)),
  );
  return { ...change, faults: [...document.faults, ...missing] };
}

/** The changes that make and set components and groups, without what they would need around them. */
function partsOf(made: readonly DocumentChange[]): DocumentChange[] {
  return made.filter(({ type }) => type !== 'add_edge' && type !== 'set_faults');
}

interface Part {
  kind: string;
  name: string;
  parameters: Record<string, unknown>;
}

/** Where something stands does not matter: moving a thing makes nobody its owner. */
function alike(now: Part, then: Part): boolean {
  return now.kind === then.kind && now.name === then.name && same(now.parameters, then.parameters);
}

/** Whether two values say the same, whatever the order of their fields. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].every((key) => same(left[key], right[key]));
}

/** Changes that make `target` of `document`: what restoring an earlier version comes to. */
export function changesBetween(document: ScenarioDocument, target: ScenarioDocument): DocumentChange[] {
  const removed = [
    ...goneFrom(document.edges, target.edges, (a, b) => a.source === b.source && a.target === b.target).map(
      (edge): DocumentChange => ({ type: 'remove_edge', edge_id: edge.id }),
    ),
    ...goneFrom(document.nodes, target.nodes, (a, b) => a.kind === b.kind).map(
      (node): DocumentChange => ({ type: 'remove_node', node_id: node.id }),
    ),
    ...goneFrom(document.groups, target.groups, (a, b) => a.kind === b.kind).map(
      (group): DocumentChange => ({ type: 'remove_group', group_id: group.id }),
    ),
  ];
  const left = applyChanges(document, removed);
  const changes = [...removed, ...groupsToward(left, target), ...nodesToward(left, target)];
  changes.push(...edgesToward(applyChanges(document, changes), target));
  const faultsNow = applyChanges(document, changes).faults;
  if (document.name !== target.name) changes.push({ type: 'rename_scenario', name: target.name });
  if (document.seed !== target.seed) changes.push({ type: 'set_seed', seed: target.seed });
  if (document.notes !== target.notes) changes.push({ type: 'set_notes', notes: target.notes });
  const { availability_target_ratio } = target;
  if (document.availability_target_ratio !== availability_target_ratio) {
    changes.push({ type: 'set_availability_target', availability_target_ratio });
  }
  if (!same(document.workload, target.workload)) {
    changes.push({ type: 'set_workload', workload: target.workload });
  }
  if (!same(document.estimate, target.estimate)) {
    changes.push({ type: 'set_estimate', estimate: target.estimate });
  }
  if (!same(faultsNow, target.faults)) changes.push({ type: 'set_faults', faults: target.faults });
  return changes;
}

function goneFrom<T extends { id: string }>(
  now: readonly T[],
  then: readonly T[],
  isOne: (a: T, b: T) => boolean,
): T[] {
  return now.filter((item) => !then.some((other) => other.id === item.id && isOne(item, other)));
}

function groupsToward(left: ScenarioDocument, target: ScenarioDocument): DocumentChange[] {
  const changes: DocumentChange[] = [];
  for (const group of target.groups) {
    if (!findGroup(left, group.id)) {
      changes.push({ type: 'add_group', group: { ...group, parent_id: null } });
    }
  }
  const present = applyChanges(left, changes);
  for (const wanted of target.groups) {
    const now = completeGroup(findGroup(present, wanted.id) ?? wanted);
    const group_id = wanted.id;
    if (now.name !== wanted.name) changes.push({ type: 'rename_group', group_id, name: wanted.name });
    if (now.x !== wanted.x || now.y !== wanted.y) {
      changes.push({ type: 'move_group', group_id, x: wanted.x, y: wanted.y });
    }
    for (const [name, value] of settingsToward(now.parameters, wanted.parameters)) {
      changes.push({ type: 'set_group_parameter', group_id, name, value });
    }
  }
  // Out of their groups first, so that no order of putting them in makes a circle.
  const moved = target.groups.filter(
    ({ id, parent_id }) => (findGroup(present, id)?.parent_id ?? null) !== (parent_id ?? null),
  );
  for (const { id } of moved) {
    if (findGroup(present, id)?.parent_id) {
      changes.push({ type: 'set_group_parent', group_id: id, parent_id: null });
    }
  }
  for (const { id, parent_id } of moved) {
    if (parent_id) changes.push({ type: 'set_group_parent', group_id: id, parent_id });
  }
  return changes;
}

function nodesToward(left: ScenarioDocument, target: ScenarioDocument): DocumentChange[] {
  const changes: DocumentChange[] = [];
  for (const wanted of target.nodes) {
    const found = findNode(left, wanted.id);
    if (!found) {
      changes.push({ type: 'add_node', node: wanted });
      continue;
    }
    const now = completeNode(found);
    const node_id = wanted.id;
    if (now.name !== wanted.name) changes.push({ type: 'rename_node', node_id, name: wanted.name });
    if (now.x !== wanted.x || now.y !== wanted.y) {
      changes.push({ type: 'move_node', node_id, x: wanted.x, y: wanted.y });
    }
    for (const [name, value] of settingsToward(now.parameters, wanted.parameters)) {
      changes.push({ type: 'set_parameter', node_id, name, value });
    }
    const [group_id, gateway] = [wanted.group_id ?? null, wanted.gateway ?? false];
    if ((now.group_id ?? null) !== group_id) changes.push({ type: 'set_node_group', node_id, group_id });
    if ((now.gateway ?? false) !== gateway) changes.push({ type: 'set_gateway', node_id, gateway });
  }
  return changes;
}

function edgesToward(left: ScenarioDocument, target: ScenarioDocument): DocumentChange[] {
  return target.edges.flatMap((wanted): DocumentChange[] => {
    const now = findEdge(left, wanted.id);
    if (!now) return [{ type: 'add_edge', edge: wanted }];
    return settingsToward(now.parameters, wanted.parameters).map(([name, value]) => ({
      type: 'set_edge_parameter',
      edge_id: wanted.id,
      name,
      value,
    }));
  });
}

type Settings = ScenarioDocument['nodes'][number]['parameters'];

function settingsToward(now: Settings, wanted: Settings): [string, Settings[string] | null][] {
  const names = [...new Set([...Object.keys(now), ...Object.keys(wanted)])].sort();
  return names.flatMap((name): [string, Settings[string] | null][] =>
    (now[name] ?? null) === (wanted[name] ?? null) ? [] : [[name, wanted[name] ?? null]],
  );
}
