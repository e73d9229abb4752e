import './versions.css';
import { useCallback, useEffect, useState } from 'react';
import { api, type VersionEntry } from '../core/api';
import { NAME_LENGTH_MAX } from '../core/document';
import { differenceWords } from '../core/versionWords';
import { ensureScenario, errorText } from '../session';
import { useEditor } from '../store';
import { Dialog } from '../ui/Dialog';
import { type Texts, useTexts } from '../useTexts';
import { openDialog } from '../view';
import { VersionDetail } from './VersionDetail';

/** Earlier versions: when, by whom, what changed; a look at each, and the way back to it. */
export function VersionsDialog() {
  const texts = useTexts();
  const { t } = texts;
  const token = useEditor((state) => state.token);
  const readOnly = useEditor((state) => state.permission === 'view');
  const [entries, setEntries] = useState<VersionEntry[] | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [open, setOpen] = useState<number | null>(null);
  const [name, setName] = useState('');

  useEffect(() => {
    void ensureScenario();
  }, []);
  const load = useCallback(async () => {
    if (token === null) return;
    try {
      setEntries(await api.versions(token));
      setError(null);
    } catch (reason) {
      setError(errorText(reason));
    }
  }, [token]);
  useEffect(() => {
    void load();
  }, [load]);

  const keep = async () => {
    if (token === null || name.trim() === '') return;
    try {
      await api.keepVersion(token, name.trim());
      setName('');
      await load();
    } catch (reason) {
      setError(errorText(reason));
    }
  };
  return (
    <Dialog title={t('together.versions.title')} onClose={() => openDialog(null)}>
      {!readOnly && (
        <form
          className="version-keep"
          onSubmit={(event) => {
            event.preventDefault();
            void keep();
          }}
        >
          <input
            className="input"
            aria-label={t('together.versions.name')}
            placeholder={t('together.versions.name_example')}
            maxLength={NAME_LENGTH_MAX}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <button type="submit" className="button small" disabled={name.trim() === ''}>
            {t('together.versions.keep')}
          </button>
        </form>
      )}
      {error !== null && (
        <p className="version-error" role="alert">
          {error}
        </p>
      )}
      {entries === null && error === null && <p className="muted">{t('together.versions.loading')}</p>}
      {entries && (
        <ol className="version-list">
          {entries.map((entry, index) => (
            <li key={entry.revision} data-open={open === entry.revision || undefined}>
              <button
                type="button"
                className="version-row"
                aria-expanded={open === entry.revision}
                onClick={() => setOpen(open === entry.revision ? null : entry.revision)}
              >
                <VersionHead entry={entry} isNow={index === 0} texts={texts} />
              </button>
              {open === entry.revision && token !== null && (
                <VersionDetail token={token} entry={entry} isNow={index === 0} onChanged={load} />
              )}
            </li>
          ))}
        </ol>
      )}
      <p className="version-note muted">{t('together.versions.note')}</p>
    </Dialog>
  );
}

function VersionHead({ entry, isNow, texts }: { entry: VersionEntry; isNow: boolean; texts: Texts }) {
  const { t, language } = texts;
  const when = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const time = when.format(new Date(entry.saved_at));
  const words = differenceWords(entry.difference);
  return (
    <>
      <span className="version-when">
        <strong>{entry.name || (isNow ? t('together.versions.now') : time)}</strong>
        {(entry.name || isNow) && <span className="muted">{time}</span>}
      </span>
      <span className="version-what">{words ?? t('together.versions.first')}</span>
      {entry.editors.length > 0 && <span className="muted version-who">{entry.editors.join(', ')}</span>}
    </>
  );
}
