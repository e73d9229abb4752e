import type { ReactNode } from 'react';
import { APP_NAME, NAME_LENGTH_MAX } from '../core/document';
import { LANGUAGES } from '../core/i18n';
import { applyTheme, switchLanguage } from '../session';
import { applyLocal, canRedo, canUndo, endGesture, redo, type Theme, undo, useEditor } from '../store';
import { Glyph } from '../ui/icons';
import { useTexts } from '../useTexts';
import { openDialog, present, useView } from '../view';
import { SaveBadge } from './SaveBadge';

const LANGUAGE_NAMES = { en: 'English', ko: '한국어' };
const NEXT_THEME: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' };
const THEME_GLYPH = { system: 'system', light: 'sun', dark: 'moon' } as const;

export function TopBar({ run, people }: { run: ReactNode; people: ReactNode }) {
  const { t, language } = useTexts();
  const name = useEditor((state) => state.document.name);
  const empty = useEditor((state) => state.document.nodes.length === 0);
  const readOnly = useEditor((state) => state.permission === 'view');
  const undoable = useEditor(canUndo);
  const redoable = useEditor(canRedo);
  const presenting = useView((state) => state.presenting);
  const theme = useEditor((state) => state.theme);
  return (
    <header className="topbar" data-region>
      <h1 className="visually-hidden">{name || APP_NAME}</h1>
      <a className="brand" href="/" title={t('app.home')}>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M6.5 12h4.5M13.5 11l4-4.5M13.5 13l4 4.5" />
          <circle cx="4.5" cy="12" r="2.5" />
          <circle cx="12.5" cy="12" r="2.5" />
          <circle cx="19.5" cy="5.5" r="2.5" />
          <circle cx="19.5" cy="18.5" r="2.5" />
        </svg>
        <span className="visually-hidden">{t('app.home')}</span>
      </a>
      <div className="topbar-name">
        <input
          className="input name-input"
          aria-label={t('app.scenario_name')}
          value={name}
          maxLength={NAME_LENGTH_MAX}
          disabled={readOnly}
          placeholder={t('scenario.untitled')}
          onChange={(event) =>
            applyLocal([{ type: 'rename_scenario', name: event.target.value }], 'scenario name')
          }
          onBlur={endGesture}
        />
        <SaveBadge />
      </div>
      {!readOnly && (
        <div className="topbar-history for-building">
          <button
            type="button"
            className="button icon quiet"
            title={t('app.undo')}
            disabled={!undoable}
            onClick={undo}
          >
            <Glyph name="undo" />
            <span className="visually-hidden">{t('app.undo')}</span>
          </button>
          <button
            type="button"
            className="button icon quiet"
            title={t('app.redo')}
            disabled={!redoable}
            onClick={redo}
          >
            <Glyph name="redo" />
            <span className="visually-hidden">{t('app.redo')}</span>
          </button>
        </div>
      )}
      <div className="topbar-run">{run}</div>
      <div className="topbar-end">
        {presenting && (
          <button type="button" className="button wide-only" onClick={() => present(false)}>
            <Glyph name="fit" />
            {t('present.leave')}
          </button>
        )}
        {people}
        <button type="button" className="button" onClick={() => openDialog('share')}>
          <Glyph name="share" />
          <span className="wide-only">{t('app.share')}</span>
          <span className="visually-hidden narrow-only">{t('app.share')}</span>
        </button>
        <button
          type="button"
          className="button wide-only for-building"
          disabled={empty}
          onClick={() => openDialog('compare')}
        >
          <Glyph name="compare" />
          {t('app.compare')}
        </button>
        <button
          type="button"
          className="button icon quiet wide-only for-building"
          title={t('app.exchange')}
          onClick={() => openDialog('export')}
        >
          <Glyph name="download" />
          <span className="visually-hidden">{t('app.exchange')}</span>
        </button>
        <label className="language">
          <span className="visually-hidden">{t('app.language')}</span>
          <select
            className="button quiet"
            value={language}
            onChange={(event) => {
              const chosen = LANGUAGES.find((code) => code === event.target.value);
              if (chosen) void switchLanguage(chosen);
            }}
          >
            {LANGUAGES.map((code) => (
              <option key={code} value={code} lang={code}>
                {LANGUAGE_NAMES[code]}
              </option>
            ))}
          </select>
        </label>
        <button
          type="button"
          className="button icon quiet"
          title={t(`app.theme_${theme}`)}
          onClick={() => applyTheme(NEXT_THEME[theme])}
        >
          <Glyph name={THEME_GLYPH[theme]} />
          <span className="visually-hidden">{t(`app.theme_${theme}`)}</span>
        </button>
        <button
          type="button"
          className="button icon quiet wide-only"
          title={t('keys.title')}
          onClick={() => openDialog('keys')}
        >
          <Glyph name="keyboard" />
          <span className="visually-hidden">{t('keys.title')}</span>
        </button>
      </div>
    </header>
  );
}
