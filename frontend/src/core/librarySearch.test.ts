import { describe, expect, it } from 'vitest';
import { searchLibrary } from './librarySearch';
import type { LibraryEntry } from './protocol';
import { CATALOG, node, waterworks } from './testCatalog';

const KOREAN: Record<string, string> = {
  'Too little water': '물이 모자란다',
  'Dig a second well': '우물을 하나 더 판다',
  'A town is thirsty.': '마을이 목마르다.',
  Basin: '수조',
};
const korean = (text: string) => KOREAN[text] ?? text;

function entry(id: string, title: string, more: Partial<LibraryEntry> = {}): LibraryEntry {
  return {
    id,
    shelf: 'notes',
    shelf_title: 'Lessons',
    title,
    summary: '',
    document: waterworks(),
    lesson: null,
    ...more,
  };
}

const LIBRARY = [
  entry('flood', 'Flood', {
    document: { ...waterworks(), nodes: [node('s', 'spring')], notes: 'Too much rain.' },
  }),
  entry('drought', 'Too little water', {
    document: { ...waterworks(), notes: 'A town is thirsty.\n\nTry: rain.' },
    lesson: {
      topic: '',
      happening: null,
      techniques: [
        {
          title: 'Dig a second well',
          changes: [{ type: 'add_node', node: { ...node('w', 'pipe'), name: 'Well 2' } }],
          claims: [],
        },
      ],
      sources: [],
    },
  }),
  entry('rain', 'Rain'),
];
const found = (query: string) => searchLibrary(LIBRARY, query, CATALOG, korean).map(({ id }) => id);

describe('the search in the library', () => {
  it.each([
    ['a title', 'little', ['drought']],
    ['a technique', 'second WELL', ['drought']],
    ['a story', 'thirsty', ['drought']],
    ['a component, by its title', 'basin', ['drought', 'rain']],
    ['a component that a technique adds', 'well 2', ['drought']],
    ['a Korean title', '모자란', ['drought']],
    ['a Korean technique', '우물', ['drought']],
    ['a Korean story', '목마르', ['drought']],
    ['a Korean component', '수조', ['drought', 'rain']],
    ['a syllable that is not yet whole', '모자라', ['drought']],
    ['a letter carried to the syllable before', '뭀', []],
    ['initial letters', 'ㅁㅈㄹㄷ', ['drought']],
    ['words of several places, in any order', 'well thirsty 물이', ['drought']],
    ['nothing at all', 'volcano', []],
    ['words of which one is missing', 'water volcano', []],
  ])('finds %s', (_what, query, ids) => {
    expect(found(query)).toEqual(ids);
  });

  it('puts titles first and keeps the order of the library otherwise', () => {
    expect(found('rain')).toEqual(['rain', 'flood', 'drought']);
    expect(found(' ')).toEqual(['flood', 'drought', 'rain']);
  });
});
