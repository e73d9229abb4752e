import { beforeEach, describe, expect, it, vi } from 'vitest';
import { geometry, setLayout, setViewport, subscribeGeometry } from './geometry';

const NODES = [
  { id: 'a', x: 0, y: 0 },
  { id: 'b', x: 400, y: 0 },
  { id: 'c', x: 800, y: 0 },
];
const EDGES = [
  { id: 'ab', source: 'a', target: 'b' },
  { id: 'bc', source: 'b', target: 'c' },
];

beforeEach(() => setLayout(NODES, EDGES));

describe('the layers’ geometry', () => {
  it('has a rectangle per node and 25 points per edge', () => {
    expect(geometry.nodeRects.get('b')).toEqual({ x: 400, y: 0, w: 184, h: 104 });
    expect(geometry.edgePaths.get('ab')).toHaveLength(50);
    expect(geometry.edgePaths.get('ab')?.[0]).toBe(184);
  });

  it('measures again only the edges of nodes that moved, and tells once', () => {
    const before = { ab: geometry.edgePaths.get('ab'), bc: geometry.edgePaths.get('bc') };
    const told = vi.fn();
    const stop = subscribeGeometry(told);
    setLayout([{ id: 'a', x: 0, y: 50 }, ...NODES.slice(1)], EDGES);
    expect(geometry.edgePaths.get('ab')).not.toBe(before.ab);
    expect(geometry.edgePaths.get('bc')).toBe(before.bc);
    expect(told).toHaveBeenCalledTimes(1);
    setLayout([{ id: 'a', x: 0, y: 50 }, ...NODES.slice(1)], EDGES);
    expect(told).toHaveBeenCalledTimes(1);
    stop();
  });

  it('follows edges that are turned round or removed, and forgets nodes', () => {
    const forth = geometry.edgePaths.get('ab');
    setLayout(NODES, [{ id: 'ab', source: 'b', target: 'a' }]);
    expect(geometry.edgePaths.get('ab')).not.toEqual(forth);
    expect(geometry.edgePaths.has('bc')).toBe(false);
    setLayout(NODES.slice(0, 1), []);
    expect([...geometry.nodeRects.keys()]).toEqual(['a']);
  });

  it('tells of a moved viewport without counting it as a new layout', () => {
    const { version } = geometry;
    setViewport(5, 6, 0.5);
    expect(geometry.viewport).toEqual({ x: 5, y: 6, zoom: 0.5 });
    expect(geometry.version).toBe(version);
  });
});
