import type { KeyboardEvent, ReactNode } from 'react';
import { type DrawerTab, DRAWER_TABS as TABS } from '../core/linkFlags';
import { openDrawer, useEditor } from '../store';
import { pointedFigure } from '../ui/Figure';
import { Glyph } from '../ui/icons';
import { useTexts } from '../useTexts';

/** The lower edge of the page: figures over time, what happened, problems, and the drawing as a list. */
export function Drawer({ panels }: { panels: Record<DrawerTab, ReactNode> }) {
  const { t } = useTexts();
  const open = useEditor((state) => state.drawer);
  const errors = useEditor((state) => state.diagnostics.filter((item) => item.severity === 'error').length);
  const warnings = useEditor(
    (state) => state.diagnostics.filter((item) => item.severity === 'warning').length,
  );
  const step = (event: KeyboardEvent, tab: DrawerTab) => {
    const at = TABS.indexOf(tab);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === 'Escape' && open) openDrawer(null);
    if (to === undefined) return;
    event.preventDefault();
    const next = TABS.at(to % TABS.length) ?? 'charts';
    openDrawer(next);
    document.getElementById(`drawer-tab-${next}`)?.focus();
  };
  const focusable = open ?? 'charts';
  return (
    <section
      className="drawer"
      data-open={open !== null || undefined}
      data-region
      aria-label={t('drawer.label')}
    >
      <div className="drawer-bar">
        <div className="tabs" role="tablist" aria-label={t('drawer.label')}>
          {TABS.map((tab) => (
            <button
              key={tab}
              type="button"
              role="tab"
              id={`drawer-tab-${tab}`}
              className="tab"
              aria-selected={open === tab}
              aria-controls={open === tab ? 'drawer-panel' : undefined}
              tabIndex={focusable === tab ? 0 : -1}
              onClick={() => openDrawer(open === tab ? null : tab)}
              onKeyDown={(event) => step(event, tab)}
            >
              {t(`drawer.${tab}`)}
              {tab === 'problems' && errors + warnings > 0 && (
                <span
                  className="count"
                  data-severity={errors > 0 ? 'error' : 'warning'}
                  {...pointedFigure(t('problems.count_meaning'))}
                >
                  {errors + warnings}
                </span>
              )}
            </button>
          ))}
        </div>
        <button
          type="button"
          className="button quiet icon small drawer-toggle"
          aria-expanded={open !== null}
          onClick={() => openDrawer(open ? null : 'charts')}
        >
          <Glyph name="chevron" />
          <span className="visually-hidden">{t(open ? 'drawer.close' : 'drawer.open')}</span>
        </button>
      </div>
      {open && (
        <div
          className="drawer-panel"
          id="drawer-panel"
          role="tabpanel"
          aria-labelledby={`drawer-tab-${open}`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a panel that scrolls must be reachable to scroll it by keys
          tabIndex={0}
        >
          {panels[open]}
        </div>
      )}
    </section>
  );
}
