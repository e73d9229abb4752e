import { describe, expect, it } from 'vitest';
import { kindOf, searchKinds } from './catalog';
import { applyChanges } from './changes';
import { chooseProduct, presetParameters, productOf } from './presets';
import { CATALOG, waterworks } from './testCatalog';

const pipe = kindOf(CATALOG, 'pipe') as NonNullable<ReturnType<typeof kindOf>>;
const [five, shut] = pipe.presets as [(typeof pipe.presets)[0], (typeof pipe.presets)[0]];

describe('products', () => {
  it('set what differs from the defaults, and nothing else', () => {
    expect(presetParameters(pipe, five)).toEqual({ length_s: 5 });
  });

  it('are recognised by their numbers, and not in a node that nobody has touched', () => {
    const document = waterworks();
    const node = document.nodes.find((item) => item.id === 'p') ?? document.nodes[0];
    if (!node) throw new Error('no node');
    const bare = { ...node, parameters: {} };
    expect(productOf(pipe, bare)).toBeNull();
    expect(productOf(pipe, { ...bare, parameters: { length_s: 5 } })).toBe(five);
    expect(productOf(pipe, { ...bare, parameters: { length_s: 5, mode: 'shut' } })).toBe(shut);
    expect(productOf(pipe, { ...bare, parameters: { length_s: 4 } })).toBeNull();
  });

  it('give way to each other without leaving anything behind', () => {
    const document = waterworks();
    const first = document.nodes.find((item) => item.kind === 'pipe');
    if (!first) throw new Error('no pipe');
    const step = (from: typeof document, product: typeof five | null) => {
      const node = from.nodes.find((item) => item.id === first.id) ?? first;
      return applyChanges(from, chooseProduct(CATALOG, node, product));
    };
    const parameters = (of: typeof document) => of.nodes.find((item) => item.id === first.id)?.parameters;
    const bare = step(document, null);
    const once = step(bare, five);
    expect(parameters(once)).toMatchObject({ length_s: 5 });
    const twice = step(once, shut);
    expect(parameters(twice)).toEqual({ ...parameters(bare), mode: 'shut' });
    expect(parameters(step(twice, null))).toEqual(parameters(bare));
  });

  it('are found by their names', () => {
    expect(searchKinds(CATALOG, 'acme 5', (text) => text)[0]).toMatchObject({
      alias: 'Acme 5',
      preset: five,
    });
    expect(searchKinds(CATALOG, 'hose', (text) => text)[0]).toMatchObject({ alias: 'Hose', preset: null });
  });
});
