import { useEffect } from 'react';
import { dismissNotice, useEditor } from '../store';
import { Glyph } from '../ui/icons';
import { useTexts } from '../useTexts';

const SHOWN_MS = 5000;

/** A short message that goes by itself; spoken politely. */
export function Toast() {
  const { t } = useTexts();
  const notice = useEditor((state) => state.notice);
  useEffect(() => {
    if (!notice) return;
    const timer = setTimeout(() => dismissNotice(notice.id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [notice]);
  return (
    <div className="toast-place" role="status" aria-live="polite">
      {notice && (
        <div className="toast" data-tone={notice.tone}>
          <Glyph name={notice.tone === 'error' ? 'error' : 'info'} />
          <span>{notice.text}</span>
          <button type="button" className="button quiet icon small" onClick={() => dismissNotice(notice.id)}>
            <Glyph name="close" />
            <span className="visually-hidden">{t('dialog.close')}</span>
          </button>
        </div>
      )}
    </div>
  );
}
