import { saveState, useEditor } from '../store';
import { useTexts } from '../useTexts';

/** Whether what is on screen is safe. */
export function SaveBadge() {
  const { t } = useTexts();
  const state = useEditor(saveState);
  const empty = useEditor((editor) => editor.document.nodes.length === 0 && editor.token === null);
  if (empty) return null;
  return (
    <span className="save-badge" data-state={state} title={t(`save.${state}_help`)} role="status">
      {t(`save.${state}`)}
    </span>
  );
}
