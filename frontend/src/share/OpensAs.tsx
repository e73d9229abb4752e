import { useId } from 'react';
import { type LinkFlags, PANEL_CHOICES } from '../core/linkFlags';
import { useTexts } from '../useTexts';

interface Props {
  flags: LinkFlags;
  /** whether there is a link that may start the run */
  startable: boolean;
  onChange: (flags: LinkFlags) => void;
}

/** How the links below open: each choice shows in their addresses. */
export function OpensAs({ flags, startable, onChange }: Props) {
  const { t } = useTexts();
  const help = useId();
  const panelId = useId();
  return (
    <fieldset className="share-opens">
      <legend>{t('share.opens')}</legend>
      {startable && (
        <>
          <label className="share-choice">
            <input
              type="checkbox"
              checked={flags.run}
              aria-describedby={help}
              onChange={(event) => onChange({ ...flags, run: event.target.checked })}
            />
            {t('share.opens_run')}
          </label>
          <p id={help} className="muted">
            {t('share.opens_run_help')}
          </p>
        </>
      )}
      <label className="share-choice">
        <input
          type="checkbox"
          checked={flags.present}
          onChange={(event) => onChange({ ...flags, present: event.target.checked })}
        />
        {t('share.opens_present')}
      </label>
      <div className="share-choice">
        <label htmlFor={panelId}>{t('share.opens_panel')}</label>
        <select
          id={panelId}
          className="input"
          value={flags.panel ?? ''}
          onChange={(event) => {
            const panel = PANEL_CHOICES.find((choice) => choice === event.target.value) ?? null;
            onChange({ ...flags, panel });
          }}
        >
          <option value="">{t('share.opens_usual')}</option>
          {PANEL_CHOICES.map((panel) => (
            <option key={panel} value={panel}>
              {panel === 'none' ? t('share.opens_none') : t(`drawer.${panel}`)}
            </option>
          ))}
        </select>
      </div>
    </fieldset>
  );
}
