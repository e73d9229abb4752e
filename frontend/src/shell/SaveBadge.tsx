import { saveState, useEditor } from '../store';
import { useTexts } from '../useTexts';
import { openDialog } from '../view';

/** Whether what is on screen is safe; leads to its earlier versions. */
export function SaveBadge() {
  const { t } = useTexts();
  const state = useEditor(saveState);
  const waiting = useEditor((editor) => editor.sync.pending.length);
  const kept = useEditor((editor) => editor.kept);
  const empty = useEditor((editor) => editor.document.nodes.length === 0 && editor.token === null);
  const token = useEditor((editor) => editor.token);
  if (empty) return null;
  const key = state === 'offline' && waiting > 0 ? (kept ? 'offline_kept' : 'offline_here') : state;
  const words = <span>{t(`save.${key}`, { count: waiting })}</span>;
  const help = t(`save.${key}_help`);
  return (
    <span className="save-badge" data-state={state} role="status">
      {token === null ? (
        <span title={help}>{words}</span>
      ) : (
        <button
          type="button"
          title={`${help} ${t('together.versions.open')}`}
          onClick={() => openDialog('versions')}
        >
          {words}
        </button>
      )}
    </span>
  );
}
