import { describe, expect, it } from 'vitest';
import { applyChanges } from './changes';
import { NODE_HEIGHT, NODE_WIDTH } from './geometry';
import { membersOf } from './groupChanges';
import { groupAround, groupKindOf, mayHold, moveGroup, regroup } from './groupEdits';
import { groupAt, groupFrames } from './groupLayout';
import type { GroupKind } from './protocol';
import { CATALOG, waterworks } from './testCatalog';

const kind = (name: string) => groupKindOf(CATALOG, name) as GroupKind;
const around = (document: ReturnType<typeof waterworks>, name: string, ids: string[]) => {
  const drawn = groupAround(CATALOG, document, kind(name), name, ids, { x: 7, y: 8 });
  return { ...drawn, document: applyChanges(document, drawn.changes) };
};

describe('drawing groups', () => {
  it('puts what is selected into a new one, inside the one that all of it is in', () => {
    const outer = around(waterworks(), 'valley', ['s', 'p']);
    expect(membersOf(outer.document, outer.id).map(({ id }) => id)).toEqual(['s', 'p']);
    const inner = around(outer.document, 'garden', ['p']);
    expect(inner.document.groups.at(-1)).toMatchObject({ parent_id: outer.id });
    expect(membersOf(inner.document, outer.id)).toHaveLength(2);
    expect(membersOf(inner.document, inner.id).map(({ id }) => id)).toEqual(['p']);
  });

  it('takes groups in whole when all that is in them is selected', () => {
    const garden = around(waterworks(), 'garden', ['p']);
    const valley = around(garden.document, 'valley', ['s', 'p']);
    expect(valley.document.groups.find(({ id }) => id === garden.id)).toMatchObject({ parent_id: valley.id });
    expect(valley.document.nodes.find(({ id }) => id === 'p')).toMatchObject({ group_id: garden.id });
  });

  it('allows places by rank, and gardens anywhere', () => {
    expect(mayHold(kind('valley'), kind('valley'))).toBe(false);
    expect(mayHold(kind('garden'), kind('valley'))).toBe(true);
    expect(mayHold(kind('valley'), kind('garden'))).toBe(true);
  });

  it('starts an empty one where it was asked for', () => {
    const { document, id } = around(waterworks(), 'garden', []);
    const frame = groupFrames(document).find((item) => item.id === id);
    expect(frame?.rect).toMatchObject({ x: 7, y: 8 });
  });
});

describe('frames', () => {
  const { document, id } = around(waterworks(), 'valley', ['p']);
  const p = document.nodes.find((node) => node.id === 'p') as (typeof document.nodes)[0];

  it('go around their members, also while these are dragged', () => {
    const [frame] = groupFrames(document);
    expect(frame?.rect.x).toBeLessThan(p.x);
    expect((frame?.rect.x ?? 0) + (frame?.rect.w ?? 0)).toBeGreaterThan(p.x + NODE_WIDTH);
    const [moved] = groupFrames(document, new Map([['p', { x: p.x + 50, y: p.y }]]));
    expect(moved?.rect.x).toBe((frame?.rect.x ?? 0) + 50);
    expect(groupAt(groupFrames(document), { x: p.x + 1, y: p.y + NODE_HEIGHT - 1 })).toBe(id);
  });

  it('move with everything inside', () => {
    const after = applyChanges(document, moveGroup(document, id, 10, -20));
    expect(after.nodes.find((node) => node.id === 'p')).toMatchObject({ x: p.x + 10, y: p.y - 20 });
  });

  it('take in what is dropped into them, and keep it unless it is dragged out', () => {
    const into = new Map([['s', { x: p.x, y: p.y }]]);
    expect(regroup(document, into, false)).toEqual([{ type: 'set_node_group', node_id: 's', group_id: id }]);
    const inside = applyChanges(document, regroup(document, into, false));
    const away = new Map([['s', { x: p.x + 5000, y: p.y }]]);
    expect(regroup(inside, away, false)).toEqual([]);
    expect(regroup(inside, away, true)).toEqual([{ type: 'set_node_group', node_id: 's', group_id: null }]);
  });
});
