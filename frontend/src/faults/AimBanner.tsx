import { stopAim, useAim } from '../aim';
import { useEditor } from '../store';
import { RunGlyph } from '../ui/RunGlyph';
import { useTexts } from '../useTexts';
import './faults.css';

/** While a fault waits for its place: what to do, and the way out. */
export function AimBanner() {
  const { t, tr } = useTexts();
  const fault = useAim((state) => (state.at ? null : (state.aim?.fault ?? null)));
  const spec = useEditor((state) => (fault ? state.catalog?.faults[fault] : undefined));
  return (
    <div className="aim-banner" role="status" data-over-canvas data-on={spec ? true : undefined}>
      {spec && (
        <>
          <RunGlyph name="fault" />
          <span>{t(`live.faults.aim_${spec.target}`, { fault: tr(spec.title) })}</span>
          <button type="button" className="button small" aria-keyshortcuts="Escape" onClick={stopAim}>
            {t('live.faults.cancel')}
          </button>
        </>
      )}
    </div>
  );
}
