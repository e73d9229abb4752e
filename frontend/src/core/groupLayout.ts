/** Where groups are drawn: around what is in them, and where they were put while nothing is. */
import type { ScenarioDocument } from './document';
import { around, NODE_HEIGHT, NODE_WIDTH, type Point, type Rect } from './geometry';
import { groupsAround } from './groupChanges';

export interface GroupFrame {
  id: string;
  rect: Rect;
  /** how many groups are around it */
  depth: number;
}

const SIDE = 22;
const TOP = 44;
export const EMPTY_GROUP = { w: 2 * SIDE + NODE_WIDTH, h: TOP + SIDE + NODE_HEIGHT };

/** The frames of all groups, the outermost first; `drag` has places that are not in the document yet. */
export function groupFrames(
  document: ScenarioDocument,
  drag: ReadonlyMap<string, Point> = new Map(),
  without: ReadonlySet<string> = new Set(),
): GroupFrame[] {
  const rects = new Map<string, Rect>();
  const depths = new Map(
    document.groups.map((group) => [group.id, groupsAround(document, group.parent_id).length]),
  );
  const depthOf = (id: string) => depths.get(id) ?? 0;
  const inward = document.groups.toSorted((a, b) => depthOf(b.id) - depthOf(a.id) || (a.id < b.id ? -1 : 1));
  for (const group of inward) {
    const members = document.nodes.filter((node) => node.group_id === group.id && !without.has(node.id));
    const inner = document.groups.filter((other) => other.parent_id === group.id);
    const parts = [
      ...members.map((node) => ({ ...(drag.get(node.id) ?? node), w: NODE_WIDTH, h: NODE_HEIGHT })),
      ...inner.flatMap((other) => rects.get(other.id) ?? []),
    ];
    rects.set(group.id, parts.length > 0 ? framed(parts) : { x: group.x, y: group.y, ...EMPTY_GROUP });
  }
  return inward
    .toReversed()
    .map(({ id }) => ({ id, rect: rects.get(id) as Rect, depth: depthOf(id) }))
    .toSorted((a, b) => a.depth - b.depth);
}

function framed(parts: readonly Rect[]): Rect {
  const { x, y, w, h } = around(parts);
  return { x: x - SIDE, y: y - TOP, w: w + 2 * SIDE, h: h + TOP + SIDE };
}

/** The innermost group whose frame has this point. */
export function groupAt(frames: readonly GroupFrame[], point: Point): string | null {
  const hit = frames.filter(
    ({ rect }) =>
      point.x >= rect.x && point.x <= rect.x + rect.w && point.y >= rect.y && point.y <= rect.y + rect.h,
  );
  return hit.toSorted((a, b) => b.depth - a.depth)[0]?.id ?? null;
}
