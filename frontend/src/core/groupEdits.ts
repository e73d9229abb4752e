/** What a person does with groups, as changes. Pure. */
import type { DocumentChange } from './changes';
import { NAME_LENGTH_MAX, type ScenarioDocument, type ScenarioGroup } from './document';
import { centre, nodeRect, type Point } from './geometry';
import { findGroup, groupsAround, membersOf } from './groupChanges';
import { groupAt, groupFrames } from './groupLayout';
import { freeName, newId } from './ids';
import type { Catalog, GroupKind } from './protocol';

export function groupKindOf(catalog: Catalog, kind: string): GroupKind | undefined {
  return catalog.group_kinds.find((candidate) => candidate.kind === kind);
}

/** Whether a group of one kind may be inside one of another: places by rank, networks anywhere. */
export function mayHold(outer: GroupKind | undefined, inner: GroupKind | undefined): boolean {
  if (!outer || !inner) return false;
  return outer.rank === null || inner.rank === null || outer.rank < inner.rank;
}

/** Draw a group around components, inside whatever group all of them are in; an empty one at a place. */
export function groupAround(
  catalog: Catalog,
  document: ScenarioDocument,
  kind: GroupKind,
  title: string,
  ids: readonly string[],
  place: Point,
): { changes: DocumentChange[]; id: string } {
  const chosen = document.nodes.filter((node) => ids.includes(node.id));
  const first = groupsAround(document, chosen[0]?.group_id);
  const common = first.filter((group) => chosen.every((node) => isIn(document, node.group_id, group.id)));
  const parent = common.find((group) =>
    groupsAround(document, group.id).every((outer) => mayHold(groupKindOf(catalog, outer.kind), kind)),
  );
  const group: ScenarioGroup = {
    id: newId(kind.kind, new Set(document.groups.map(({ id }) => id))),
    kind: kind.kind,
    name: freeName(title, new Set(document.groups.map(({ name }) => name))).slice(0, NAME_LENGTH_MAX),
    x: Math.round(place.x),
    y: Math.round(place.y),
    parameters: {},
    ...(parent ? { parent_id: parent.id } : {}),
  };
  // Groups that hold nothing but what was chosen go in whole; of the others only the components do.
  const whole = document.groups.filter((other) => {
    const members = membersOf(document, other.id);
    const inner = members.length > 0 && members.every((node) => ids.includes(node.id));
    return (
      inner &&
      (other.parent_id ?? null) === (parent?.id ?? null) &&
      mayHold(kind, groupKindOf(catalog, other.kind))
    );
  });
  const moved = chosen.filter((node) => !whole.some((other) => isIn(document, node.group_id, other.id)));
  return {
    id: group.id,
    changes: [
      { type: 'add_group', group },
      ...whole.map(
        (other): DocumentChange => ({ type: 'set_group_parent', group_id: other.id, parent_id: group.id }),
      ),
      ...moved.map(
        (node): DocumentChange => ({ type: 'set_node_group', node_id: node.id, group_id: group.id }),
      ),
    ],
  };
}

function isIn(document: ScenarioDocument, groupId: string | null | undefined, outer: string): boolean {
  return groupsAround(document, groupId).some((group) => group.id === outer);
}

/** Move a group with all that is in it. */
export function moveGroup(document: ScenarioDocument, id: string, dx: number, dy: number): DocumentChange[] {
  const inside = document.groups.filter((group) => isIn(document, group.id, id));
  return [
    ...inside.map(
      (group): DocumentChange => ({
        type: 'move_group',
        group_id: group.id,
        x: group.x + dx,
        y: group.y + dy,
      }),
    ),
    ...membersOf(document, id).map(
      (node): DocumentChange => ({ type: 'move_node', node_id: node.id, x: node.x + dx, y: node.y + dy }),
    ),
  ];
}

/**
 * Which groups components are in after they were dropped at their places: the innermost under each of them. Who is in
 * a group stays in it when dropped outside, for it grows with them, unless they were dragged `out` of it.
 */
export function regroup(
  document: ScenarioDocument,
  places: ReadonlyMap<string, Point>,
  out: boolean,
): DocumentChange[] {
  if (document.groups.length === 0) return [];
  const frames = groupFrames(document, places, new Set(places.keys()));
  return [...places].flatMap(([id, place]): DocumentChange[] => {
    const node = document.nodes.find((candidate) => candidate.id === id);
    const now = findGroup(document, node?.group_id)?.id ?? null;
    const under = groupAt(frames, centre(nodeRect(place)));
    const stays = now !== null && !out && (under === null || isIn(document, now, under));
    return under === now || stays ? [] : [{ type: 'set_node_group', node_id: id, group_id: under }];
  });
}
