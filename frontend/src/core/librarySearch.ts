/** Finding a scenario of the library by what a person types, in either language. */
import { type Catalog, kindOf } from './catalog';
import { initials, isInitials, letters } from './hangul';
import type { LibraryEntry } from './protocol';

interface Field {
  texts: readonly string[];
  /** the less, the nearer to what the person means */
  rank: number;
}

/**
 * Entries in which every typed word occurs: in the title, else in the techniques, else among the components, else in the
 * story. Those that have the words in their title come first.
 */
export function searchLibrary(
  library: readonly LibraryEntry[],
  query: string,
  catalog: Catalog,
  translate: (text: string) => string,
): LibraryEntry[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const scored = library.flatMap((entry, index) => {
    const fields = fieldsOf(entry, catalog, translate);
    const ranks = words.map((word) => rankOf(fields, word));
    if (ranks.includes(Number.POSITIVE_INFINITY)) return [];
    return [{ entry, index, score: ranks.reduce((sum, rank) => sum + rank, 0) }];
  });
  scored.sort((a, b) => a.score - b.score || a.index - b.index);
  return scored.map(({ entry }) => entry);
}

function rankOf(fields: readonly Field[], word: string): number {
  const wanted = letters(word);
  const fits = (text: string) =>
    letters(text).includes(wanted) || (isInitials(word) && initials(text).includes(word));
  return fields.find((field) => field.texts.some(fits))?.rank ?? Number.POSITIVE_INFINITY;
}

function fieldsOf(entry: LibraryEntry, catalog: Catalog, translate: (text: string) => string): Field[] {
  const both = (texts: readonly string[]) => texts.flatMap((text) => [text, translate(text)]);
  const { happening = null, techniques = [] } = entry.lesson ?? {};
  const deeds = happening ? [...techniques, happening] : techniques;
  const added = deeds.flatMap(({ changes }) => changes.filter((change) => change.type === 'add_node'));
  const nodes = [...entry.document.nodes, ...added.map(({ node }) => node)];
  const kinds = [...new Set(nodes.map((node) => node.kind))];
  const titles = kinds.flatMap((kind) => kindOf(catalog, kind)?.title ?? []);
  return [
    { texts: both([entry.title]), rank: 0 },
    { texts: both(deeds.map(({ title }) => title)), rank: 1 },
    { texts: both([...titles, ...nodes.map((node) => node.name)]), rank: 2 },
    { texts: both((entry.document.notes ?? '').split('\n').filter(Boolean)), rank: 3 },
  ];
}
