import './starter.css';
import { useState } from 'react';
import { emptyDocument } from '../core/document';
import { openLocal, readDraft, removeDraft } from '../session';
import { useEditor } from '../store';
import { Glyph } from '../ui/icons';
import { useTexts } from '../useTexts';
import { openDialog, openPicker, openSheet } from '../view';
import { Library } from './Library';

/** What an empty canvas offers: finished scenarios with a preview, the last unsaved drawing, or a blank start. */
export function Starter() {
  const { t } = useTexts();
  const empty = useEditor((state) => state.document.nodes.length === 0);
  const editable = useEditor((state) => state.permission === 'edit');
  const local = useEditor((state) => state.token === null);
  const [closed, setClosed] = useState(false);
  const [draft, setDraft] = useState(readDraft);
  if (!empty || !editable || closed) return null;
  return (
    <section className="starter" aria-labelledby="starter-title">
      <div className="starter-inner">
        <h2 id="starter-title">{t('starter.title')}</h2>
        <p className="starter-lead">{t('starter.lead')}</p>
        {local && <Library draft={draft} />}
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
          <button type="button" className="button" onClick={() => openDialog('import')}>
            <Glyph name="upload" />
            {t('app.import')}
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
