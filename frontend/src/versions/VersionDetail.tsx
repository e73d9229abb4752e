import { useEffect, useState } from 'react';
import { api, type StoredVersion, type VersionEntry } from '../core/api';
import { completeDocument, NAME_LENGTH_MAX } from '../core/document';
import { changesBetween } from '../core/rebase';
import { differenceWords } from '../core/versionWords';
import { errorText } from '../session';
import { applyLocal, notify, useEditor } from '../store';
import { Preview } from '../ui/Preview';
import { useTexts } from '../useTexts';
import { openDialog } from '../view';

interface Props {
  token: string;
  entry: VersionEntry;
  isNow: boolean;
  onChanged: () => Promise<void>;
}

/** One version: its drawing, what going back to it would change, its name. */
export function VersionDetail({ token, entry, isNow, onChanged }: Props) {
  const { t } = useTexts();
  const readOnly = useEditor((state) => state.permission === 'view');
  const [stored, setStored] = useState<StoredVersion | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [name, setName] = useState(entry.name);
  useEffect(() => {
    let wanted = true;
    api.version(token, entry.revision).then(
      (found) => wanted && setStored(found),
      (reason: unknown) => wanted && setError(errorText(reason)),
    );
    return () => {
      wanted = false;
    };
  }, [token, entry.revision]);

  const rename = async () => {
    if (name.trim() === entry.name) return;
    try {
      await api.nameVersion(token, entry.revision, name.trim());
      await onChanged();
    } catch (reason) {
      setError(errorText(reason));
    }
  };
  const restore = async () => {
    if (!stored) return;
    try {
      // What is now stays in the list, whatever becomes of undo.
      await api.keepVersion(token, '');
    } catch (reason) {
      setError(errorText(reason));
      return;
    }
    const changes = changesBetween(useEditor.getState().document, completeDocument(stored.document));
    if (changes.length === 0 || applyLocal(changes)) {
      openDialog(null);
      notify(t('together.versions.restored'));
    }
  };
  const words = stored && differenceWords(stored.difference);
  return (
    <div className="version-detail">
      {error !== null && (
        <p className="version-error" role="alert">
          {error}
        </p>
      )}
      {stored === null && error === null && <p className="muted">{t('together.versions.loading')}</p>}
      {stored && (
        <>
          <Preview document={stored.document} />
          {!isNow && <p>{words ? t('together.versions.would', { words }) : t('together.versions.same')}</p>}
        </>
      )}
      {!readOnly && !isNow && (
        <form
          className="version-actions"
          onSubmit={(event) => {
            event.preventDefault();
            void rename();
          }}
        >
          <input
            className="input"
            aria-label={t('together.versions.rename')}
            placeholder={t('together.versions.name_example')}
            maxLength={NAME_LENGTH_MAX}
            value={name}
            onChange={(event) => setName(event.target.value)}
            onBlur={() => void rename()}
          />
          <button
            type="button"
            className="button primary small"
            disabled={!words}
            onClick={() => void restore()}
          >
            {t('together.versions.restore')}
          </button>
        </form>
      )}
    </div>
  );
}
