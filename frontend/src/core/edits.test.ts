import { describe, expect, it } from 'vitest';
import { compatibleKinds, kindOf, refusal, searchKinds, wireEnds } from './catalog';
import { applyChanges } from './changes';
import {
  addWired,
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
} from './edits';
import { freeName } from './ids';
import { CATALOG, edge, node, waterworks } from './testCatalog';

const wires = (document: ReturnType<typeof waterworks>) =>
  document.edges.map((item) => `${item.source}>${item.target}`).sort();

function kind(name: string) {
  const found = kindOf(CATALOG, name);
  if (!found) throw new Error(name);
  return found;
}

describe('connecting', () => {
  it('follows roles and says why not', () => {
    const document = waterworks();
    expect(refusal(CATALOG, document, 's', 'b')).toBeNull();
    expect(refusal(CATALOG, document, 's', 's')?.key).toBe('connect.itself');
    expect(refusal(CATALOG, document, 's', 'p')?.key).toBe('connect.taken');
    expect(refusal(CATALOG, document, 'b', 'p')).toEqual({
      key: 'connect.role',
      values: { source: 'b', role: 'way' },
    });
    expect(connect(CATALOG, document, 's', 'gone')).toHaveProperty('reason.key', 'connect.unknown');
  });

  it('offers what fits on either side', () => {
    expect(compatibleKinds(CATALOG, 'pipe', true).map((item) => item.kind)).toEqual(['pipe', 'basin']);
    expect(compatibleKinds(CATALOG, 'pipe', false).map((item) => item.kind)).toEqual(['spring', 'pipe']);
    expect(wireEnds(CATALOG, kind('spring'))).toEqual({ start: true, end: false });
    expect(wireEnds(CATALOG, kind('basin'))).toEqual({ start: false, end: true });
  });

  it('wires a new node to the selected one where roles allow it, and adds it alone where they do not', () => {
    const document = waterworks();
    const pipe = newNode(document, 'pipe', 'Pipe', { x: 0, y: 0 });
    expect(wires(applyChanges(document, addWired(CATALOG, document, pipe, 's', true)))).toContain(
      `s>${pipe.id}`,
    );
    expect(addWired(CATALOG, document, pipe, 'b', true)).toHaveLength(1);
  });
});

describe('splicing', () => {
  it('puts a node into the middle of a wire and keeps its settings on the first half', () => {
    const document = applyChanges(waterworks(), [
      { type: 'add_node', node: node('n', 'pipe') },
      { type: 'set_edge_parameter', edge_id: 'pb', name: 'latency_mean_s', value: 0.5 },
    ]);
    const wire = document.edges.find((item) => item.id === 'pb');
    if (!wire) throw new Error('pb');
    expect(canSplice(CATALOG, document, wire, kind('pipe'))).toBe(true);
    expect(canSplice(CATALOG, document, wire, kind('basin'))).toBe(false);
    const after = applyChanges(document, spliceInto(document, wire, 'n'));
    expect(wires(after)).toEqual(['n>b', 'p>n', 's>p']);
    expect(after.edges.find((item) => item.target === 'n')?.parameters).toEqual({ latency_mean_s: 0.5 });
  });
});

describe('removing', () => {
  it('takes the edges along, or heals them when asked', () => {
    const document = waterworks();
    const selection = { nodes: ['p'], edges: [] };
    expect(wires(applyChanges(document, removeSelection(document, selection, null)))).toEqual([]);
    expect(wires(applyChanges(document, removeSelection(document, selection, CATALOG)))).toEqual(['s>b']);
  });

  it('heals through several removed nodes', () => {
    const document = applyChanges(waterworks(), [
      { type: 'add_node', node: node('q', 'pipe') },
      { type: 'remove_edge', edge_id: 'pb' },
      { type: 'add_edge', edge: edge('pq', 'p', 'q') },
      { type: 'add_edge', edge: edge('qb', 'q', 'b') },
    ]);
    const after = applyChanges(
      document,
      removeSelection(document, { nodes: ['p', 'q'], edges: [] }, CATALOG),
    );
    expect(wires(after)).toEqual(['s>b']);
  });

  it('does not ask to remove an edge twice', () => {
    const changes = removeSelection(waterworks(), { nodes: ['p'], edges: ['sp', 'pb'] }, null);
    expect(changes).toEqual([{ type: 'remove_node', node_id: 'p' }]);
  });
});

describe('copying', () => {
  it('brings nodes and the wires among them, under fresh ids and names', () => {
    const document = waterworks();
    const clip = copySelection(document, { nodes: ['s', 'p'], edges: [] });
    const { changes, ids } = pasteClip(document, clip, { x: 10, y: 20 });
    const after = applyChanges(document, changes);
    expect(after.nodes).toHaveLength(5);
    expect(after.edges).toHaveLength(3);
    expect(new Set(after.nodes.map((item) => item.id)).size).toBe(5);
    expect(new Set(after.nodes.map((item) => item.name)).size).toBe(5);
    expect(after.nodes.find((item) => item.id === ids[1])).toMatchObject({ x: 310, y: 20, name: 'p 2' });
  });

  it('gives a twin the same neighbours when asked', () => {
    const document = waterworks();
    const selection = { nodes: ['p'], edges: [] };
    const clip = copySelection(document, selection);
    const { changes, ids } = pasteClip(document, clip, { x: 0, y: 200 }, outerEdges(document, selection));
    expect(wires(applyChanges(document, changes))).toEqual(
      [`${ids[0]}>b`, 'p>b', `s>${ids[0]}`, 's>p'].sort(),
    );
  });

  it('reads its own clipboard text and refuses anything else', () => {
    const clip = copySelection(waterworks(), { nodes: ['p'], edges: [] });
    expect(parseClip(JSON.stringify(clip))).toEqual(clip);
    for (const text of ['', 'hello', '[]', '{"nodes":[]}', '{"nodes":[{"id":1}],"edges":[]}', 'null']) {
      expect(parseClip(text)).toBeNull();
    }
  });
});

describe('finding one’s way', () => {
  it('walks along wires and to neighbours above and below', () => {
    const document = applyChanges(waterworks(), [
      { type: 'add_node', node: node('under', 'pipe', 300, 300) },
    ]);
    expect(neighbour(document, 's', 'right')).toBe('p');
    expect(neighbour(document, 'p', 'left')).toBe('s');
    expect(neighbour(document, 'p', 'down')).toBe('under');
    expect(neighbour(document, 'under', 'up')).toBe('p');
    expect(neighbour(document, 'b', 'right')).toBeNull();
  });

  it('counts on from names that are already counted', () => {
    expect(freeName('Pipe', new Set())).toBe('Pipe');
    expect(freeName('Pipe', new Set(['Pipe']))).toBe('Pipe 2');
    expect(freeName('Pipe', new Set(['Pipe 1', 'Pipe 3', 'Pipe bend 9', 'Pipes']))).toBe('Pipe 4');
  });

  it('puts one more of a kind below its likes', () => {
    const document = applyChanges(waterworks(), [
      { type: 'add_node', node: node('p2', 'pipe', 320, 400) },
      { type: 'add_edge', edge: edge('sp2', 's', 'p2') },
    ]);
    const source = document.nodes[0];
    if (!source) throw new Error('empty');
    expect(placeBeside(document, source, true, 'pipe')).toEqual({ x: 320, y: 532 });
  });

  it('never places a new node on another', () => {
    const document = waterworks();
    const source = document.nodes[0];
    if (!source) throw new Error('empty');
    const place = placeBeside(document, source, true);
    const hit = document.nodes.some(
      (item) => Math.abs(item.x - place.x) < 184 && Math.abs(item.y - place.y) < 104,
    );
    expect(hit).toBe(false);
  });

  it('finds kinds by title in either language, product name and beginning of a word', () => {
    const korean = (text: string) => ({ Basin: '수조' })[text] ?? text;
    const first = (query: string) => searchKinds(CATALOG, query, korean)[0];
    expect(first('pi')?.kind.kind).toBe('pipe');
    expect(first('수조')?.kind.kind).toBe('basin');
    expect(first('hose')).toMatchObject({ kind: { kind: 'pipe' }, alias: 'Hose' });
    expect(first('TUBE')?.alias).toBe('Copper tube');
    expect(first('granite')).toBeUndefined();
    expect(searchKinds(CATALOG, '', korean)).toHaveLength(3);
  });
});
