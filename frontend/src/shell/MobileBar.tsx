import { openDrawer, useEditor } from '../store';
import { Glyph, type GlyphName } from '../ui/icons';
import { useTexts } from '../useTexts';
import { openSheet, type Sheet, useView } from '../view';

const SHEETS: readonly { sheet: Sheet; glyph: GlyphName }[] = [
  { sheet: 'palette', glyph: 'plus' },
  { sheet: 'inspector', glyph: 'sliders' },
  { sheet: 'drawer', glyph: 'chart' },
];

/** On a narrow screen palette, settings and figures are sheets that rise from the lower edge. */
export function MobileBar() {
  const { t } = useTexts();
  const open = useView((state) => state.sheet);
  const readOnly = useEditor((state) => state.permission === 'view');
  return (
    <nav className="mobile-bar" aria-label={t('mobile.label')}>
      {SHEETS.filter(({ sheet }) => !(readOnly && sheet === 'palette')).map(({ sheet, glyph }) => (
        <button
          key={sheet}
          type="button"
          className="mobile-button"
          aria-expanded={open === sheet}
          onClick={() => {
            openSheet(open === sheet ? null : sheet);
            if (sheet === 'drawer') openDrawer(useEditor.getState().drawer ?? 'charts');
          }}
        >
          <Glyph name={glyph} />
          {t(`mobile.${sheet}`)}
        </button>
      ))}
    </nav>
  );
}
