import { describe, expect, it } from 'vitest';
import type { Catalog } from './catalog';
import { emptyDocument } from './document';
import { faultsFor, healing, injection, strengthFrom } from './faults';

const spec = (target: 'node' | 'edge', factor: number | null) => ({
  title: 't',
  help: 'h',
  target,
  factor,
  unit: 'x',
  factor_max: 1000,
  lasts: true,
});
const catalog = {
  kinds: [
    { kind: 'sturdy', faults: [] },
    { kind: 'frail', faults: ['slow', 'crash'] },
  ],
  faults: {
    crash: spec('node', null),
    hang: spec('node', null),
    slow: spec('node', 10),
    cut: spec('edge', null),
  },
} as unknown as Catalog;
const node = (id: string, kind: string) => ({ id, kind, name: id, x: 0, y: 0, parameters: {} });
const document = {
  ...emptyDocument(''),
  nodes: [node('a', 'sturdy'), node('b', 'frail')],
  edges: [{ id: 'ab', source: 'a', target: 'b', parameters: {} }],
};
const names = (target: Parameters<typeof faultsFor>[2]) =>
  faultsFor(catalog, document, target).map(({ fault }) => fault);

describe('faults', () => {
  it('are those that the kind of the node declares, in the catalog order', () => {
    expect(names({ node_id: 'b' })).toEqual(['crash', 'slow']);
    expect(names({ node_id: 'a' })).toEqual([]);
    expect(names({ node_id: 'gone' })).toEqual([]);
  });

  it('of edges are offered for edges only', () => {
    expect(names({ edge_id: 'ab' })).toEqual(['cut']);
    expect(names({ edge_id: 'gone' })).toEqual([]);
  });

  it('carry a factor only when they have one', () => {
    const [crash, slow] = faultsFor(catalog, document, { node_id: 'b' });
    if (!crash || !slow) throw new Error('two faults expected');
    expect(injection(crash, { node_id: 'b' }, 5)).toEqual({ type: 'fault', fault: 'crash', node_id: 'b' });
    expect(injection(slow, { node_id: 'b' }, 5)).toEqual({
      type: 'fault',
      fault: 'slow',
      node_id: 'b',
      factor: 5,
    });
    expect(healing({ edge_id: 'ab' })).toEqual({ type: 'heal', edge_id: 'ab' });
  });

  it('last for a time only if they would last', () => {
    const [crash] = faultsFor(catalog, document, { node_id: 'b' });
    if (!crash) throw new Error('a fault expected');
    expect(injection(crash, { node_id: 'b' }, 1, 30)).toMatchObject({ duration_s: 30 });
    const brief = { ...crash, spec: { ...crash.spec, lasts: false } };
    expect(injection(brief, { node_id: 'b' }, 1, 30)).not.toHaveProperty('duration_s');
  });

  it('have a strength within their bounds', () => {
    const times = spec('node', 10);
    for (const text of ['', ' ', '0', '-1', '1001', 'x']) expect(strengthFrom(text, times)).toBeNull();
    expect([strengthFrom('0.5', times), strengthFrom('1000', times)]).toEqual([0.5, 1000]);
    expect([
      strengthFrom('2', { ...times, unit: 'shard' }),
      strengthFrom('2.5', { ...times, unit: 'shard' }),
    ]).toEqual([2, null]);
  });
});
