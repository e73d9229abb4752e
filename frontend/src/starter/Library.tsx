import { useMemo, useState } from 'react';
import type { LibraryEntry } from '../core/api';
import { type ScenarioDocument, translated } from '../core/document';
import { searchLibrary } from '../core/librarySearch';
import { openLocal } from '../session';
import { useEditor } from '../store';
import { Glyph } from '../ui/icons';
import { Preview } from '../ui/Preview';
import { useTexts } from '../useTexts';

/** The library: one shelf at a time, or what a search finds on all of them. `draft` is the last unsaved drawing. */
export function Library({ draft }: { draft: ScenarioDocument | null }) {
  const { t, tr } = useTexts();
  const library = useEditor((state) => state.library);
  const catalog = useEditor((state) => state.catalog);
  const [shelf, setShelf] = useState('starters');
  const [everywhere, setEverywhere] = useState(true);
  const [query, setQuery] = useState('');
  const searching = query.trim() !== '';
  const found = useMemo(
    () => (catalog && searching ? searchLibrary(library, query, catalog, tr) : library),
    [library, catalog, query, searching, tr],
  );
  const all = searching && everywhere;
  const shown = all ? found : found.filter((entry) => entry.shelf === shelf);
  const shelves = new Map(library.map((entry) => [entry.shelf, entry.shelf_title]));
  return (
    <>
      <div className="starter-find">
        <div className="starter-search">
          <Glyph name="search" />
          <input
            type="search"
            className="input"
            value={query}
            placeholder={t('starter.search')}
            aria-label={t('starter.search')}
            onChange={(event) => {
              setQuery(event.target.value);
              if (event.target.value.trim() === '') setEverywhere(true);
            }}
          />
        </div>
        <nav className="starter-shelves" aria-label={t('starter.shelves')}>
          {[...shelves].map(([id, title]) => (
            <button
              key={id}
              type="button"
              className="button quiet"
              aria-pressed={!all && id === shelf}
              onClick={() => {
                // Pressed once more while searching, a shelf no longer limits what is found.
                setEverywhere(searching && !everywhere && id === shelf);
                setShelf(id);
              }}
            >
              {tr(title)}
              <span className="muted">{found.filter((entry) => entry.shelf === id).length}</span>
            </button>
          ))}
        </nav>
      </div>
      <p className="visually-hidden" role="status">
        {searching && t('starter.found', { count: shown.length })}
      </p>
      {shown.length === 0 && <p className="starter-none muted">{t('starter.nothing', { query })}</p>}
      <ul className="starter-cards">
        {draft && !searching && shelf === 'starters' && (
          <li>
            <button type="button" className="starter-card" onClick={() => openLocal(draft)}>
              <Preview document={draft} />
              <strong>{t('starter.draft')}</strong>
              <span className="muted">{draft.name || t('scenario.untitled')}</span>
            </button>
          </li>
        )}
        {shown.map((entry) => (
          <li key={entry.id}>
            <Card entry={entry} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Card({ entry }: { entry: LibraryEntry }) {
  const { t, tr } = useTexts();
  const techniques = entry.lesson?.techniques.length ?? 0;
  return (
    <button
      type="button"
      className="starter-card"
      onClick={() => openLocal(translated(entry.document, entry.title, tr))}
    >
      <Preview document={entry.document} />
      <strong>{tr(entry.title)}</strong>
      <span className="muted">{tr(entry.summary)}</span>
      {techniques > 1 && (
        <span className="starter-techniques">{t('starter.techniques', { count: techniques })}</span>
      )}
    </button>
  );
}
