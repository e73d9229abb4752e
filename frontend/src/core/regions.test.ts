import { describe, expect, it } from 'vitest';
import { emptyDocument } from './document';
import { regionPairs, regionsOf } from './regions';

const node = (id: string, parameters: Record<string, string>, group_id?: string) => ({
  id,
  kind: 'k',
  name: id,
  x: 0,
  y: 0,
  parameters,
  ...(group_id ? { group_id } : {}),
});
const document = {
  ...emptyDocument(''),
  nodes: [
    node('people', { region_mix: 'seoul 3, tokyo 1', region: 'london' }),
    node('near', { region: 'seoul' }),
    node('held', { region: 'seoul' }, 'g'),
    node('nowhere', {}),
  ],
  edges: [
    { id: 'pn', source: 'people', target: 'near', parameters: {} },
    { id: 'ph', source: 'people', target: 'held', parameters: {} },
    { id: 'nn', source: 'near', target: 'nowhere', parameters: {} },
  ],
  groups: [{ id: 'g', kind: 'g', name: 'g', x: 0, y: 0, parameters: { region: 'virginia' } }],
};
const of = (id: string) => regionsOf(document, document.nodes.find((item) => item.id === id) ?? node(id, {}));

describe('where components are', () => {
  it('is where their people are, the region around them, or their own', () => {
    expect(of('people')).toEqual(['seoul', 'tokyo']);
    expect(of('near')).toEqual(['seoul']);
    expect(of('held')).toEqual(['virginia']);
    expect(of('nowhere')).toEqual([]);
  });
  it('tells which regions a connection joins', () => {
    expect(regionPairs(document, 'pn')).toEqual([['tokyo', 'seoul']]);
    expect(regionPairs(document, 'ph')).toEqual([
      ['seoul', 'virginia'],
      ['tokyo', 'virginia'],
    ]);
    expect(regionPairs(document, 'nn')).toEqual([]);
    expect(regionPairs(document, 'gone')).toEqual([]);
  });
});
