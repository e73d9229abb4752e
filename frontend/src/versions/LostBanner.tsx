import './versions.css';
import { useEditor } from '../store';
import { useTexts } from '../useTexts';
import { openDialog } from '../view';

/** Edits made while the line was down do not fit any more: says so until something is done about them. */
export function LostBanner() {
  const { t } = useTexts();
  const count = useEditor((state) => state.lost.length);
  if (count === 0) return null;
  return (
    <div className="lost-banner" role="status">
      <span aria-hidden="true">▲</span>
      <span>{t('together.lost.banner', { count })}</span>
      <button type="button" className="button small" onClick={() => openDialog('lost')}>
        {t('together.lost.review')}
      </button>
    </div>
  );
}
