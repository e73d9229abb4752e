import './starter.css';
import { useState } from 'react';
import type { LibraryEntry } from '../core/api';
import { emptyDocument, translated } from '../core/document';
import { openLocal, readDraft, removeDraft } from '../session';
import { useEditor } from '../store';
import { Glyph } from '../ui/icons';
import { Preview } from '../ui/Preview';
import { useTexts } from '../useTexts';
import { openPicker, openSheet } from '../view';

/** What an empty canvas offers: finished scenarios with a preview, the last unsaved drawing, or a blank start. */
export function Starter() {
  const { t, tr } = useTexts();
  const empty = useEditor((state) => state.document.nodes.length === 0);
  const editable = useEditor((state) => state.permission === 'edit');
  const library = useEditor((state) => state.library);
  const local = useEditor((state) => state.token === null);
  const [closed, setClosed] = useState(false);
  const [draft, setDraft] = useState(readDraft);
  const [shelf, setShelf] = useState('starters');
  if (!empty || !editable || closed) return null;
  const open = (entry: LibraryEntry) => openLocal(translated(entry.document, entry.title, tr), entry.lesson);
  const shelves = new Map(library.map((entry) => [entry.shelf, entry.shelf_title]));
  const onShelf = library.filter((entry) => entry.shelf === shelf);
  return (
    <section className="starter" aria-labelledby="starter-title">
      <div className="starter-inner">
        <h2 id="starter-title">{t('starter.title')}</h2>
        <p className="starter-lead">{t('starter.lead')}</p>
        {local && (
          <nav className="starter-shelves" aria-label={t('starter.shelves')}>
            {[...shelves].map(([id, title]) => (
              <button
                key={id}
                type="button"
                className="button quiet"
                aria-pressed={id === shelf}
                onClick={() => setShelf(id)}
              >
                {tr(title)}
                <span className="muted">{library.filter((entry) => entry.shelf === id).length}</span>
              </button>
            ))}
          </nav>
        )}
        {local && (
          <ul className="starter-cards">
            {draft && shelf === 'starters' && (
              <li>
                <button type="button" className="starter-card" onClick={() => openLocal(draft)}>
                  <Preview document={draft} />
                  <strong>{t('starter.draft')}</strong>
                  <span className="muted">{draft.name || t('scenario.untitled')}</span>
                </button>
              </li>
            )}
            {onShelf.map((entry) => (
              <li key={entry.id}>
                <button type="button" className="starter-card" onClick={() => open(entry)}>
                  <Preview document={entry.document} />
                  <strong>{tr(entry.title)}</strong>
                  <span className="muted">{tr(entry.summary)}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
        <div className="starter-actions">
          <button
            type="button"
            className="button primary"
            onClick={() => {
              if (local) openLocal(emptyDocument(t('scenario.untitled')));
              setClosed(true);
              if (matchMedia('(width <= 720px)').matches) openSheet('palette');
              else openPicker({ mode: 'add', place: null }, null);
            }}
          >
            <Glyph name="plus" />
            {t('starter.blank')}
          </button>
          {draft && (
            <button
              type="button"
              className="button quiet"
              onClick={() => {
                removeDraft();
                setDraft(null);
              }}
            >
              {t('starter.forget')}
            </button>
          )}
        </div>
      </div>
    </section>
  );
}
