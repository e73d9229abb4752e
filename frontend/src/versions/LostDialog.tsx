import './versions.css';
import { useState } from 'react';
import { api } from '../core/api';
import { editWords } from '../core/editWords';
import { errorText } from '../session';
import { dropLost, useEditor } from '../store';
import { Dialog } from '../ui/Dialog';
import { useTexts } from '../useTexts';
import { openDialog } from '../view';

/** What was drawn here while the line was down and does not fit any more: keep it as a scenario of one's own, or drop it. */
export function LostDialog() {
  const { t } = useTexts();
  const { lost, mine, catalog, document } = useEditor();
  const [copy, setCopy] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const keep = async () => {
    if (!mine) return;
    setBusy(true);
    try {
      const links = await api.create({
        ...mine,
        name: t('together.lost.copy_name', { name: mine.name }).slice(0, 80),
      });
      setCopy(links.edit_url);
      setError(null);
      dropLost();
    } catch (reason) {
      setError(errorText(reason));
    } finally {
      setBusy(false);
    }
  };
  if (copy !== null) {
    return (
      <Dialog title={t('together.lost.title')} onClose={() => openDialog(null)}>
        <p>{t('together.lost.kept')}</p>
        <p>
          <a className="button primary" href={copy} target="_blank" rel="noreferrer">
            {t('together.lost.open')}
          </a>
        </p>
      </Dialog>
    );
  }
  const scene = { catalog, documents: mine ? [document, mine] : [document] };
  return (
    <Dialog title={t('together.lost.title')} onClose={() => openDialog(null)}>
      <p>{t('together.lost.why')}</p>
      <ul className="lost-list">
        {lost.map((edit) => (
          <li key={edit.id}>
            <strong>{editWords(edit.changes, scene)}</strong>
            <span className="muted">{edit.reason}</span>
          </li>
        ))}
      </ul>
      {error !== null && (
        <p className="version-error" role="alert">
          {error}
        </p>
      )}
      <div className="lost-actions">
        {mine && (
          <button type="button" className="button primary" disabled={busy} onClick={() => void keep()}>
            {t('together.lost.keep')}
          </button>
        )}
        <button
          type="button"
          className="button"
          onClick={() => {
            dropLost();
            openDialog(null);
          }}
        >
          {t('together.lost.drop')}
        </button>
      </div>
    </Dialog>
  );
}
