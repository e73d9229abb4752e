import './keys.css';
import { WHEEL_HABITS } from '../core/wheel';
import { Dialog } from '../ui/Dialog';
import { useTexts } from '../useTexts';
import { openDialog, setWheel, useView } from '../view';
import { SHORTCUTS } from './shortcuts';

const GROUPS = ['add', 'edit', 'view', 'run'] as const;
const MAC = /Mac|iPhone|iPad/.test(navigator.platform);

function chooseWheel(value: string): void {
  const habit = WHEEL_HABITS.find((known) => known === value);
  if (habit) setWheel(habit);
}

/** The list of shortcuts, the switch for those that are a single key, and what a wheel does. */
export function KeysDialog() {
  const { t } = useTexts();
  const wheel = useView((state) => state.wheel);
  const singleKeys = useView((state) => state.singleKeys);
  return (
    <Dialog title={t('keys.title')} onClose={() => openDialog(null)}>
      {GROUPS.map((group) => (
        <section key={group} className="keys-group">
          <h3>{t(`keys.group_${group}`)}</h3>
          <dl>
            {SHORTCUTS.filter((shortcut) => shortcut.group === group).map((shortcut) => (
              <div key={shortcut.id}>
                <dt>{t(`keys.${shortcut.id}`)}</dt>
                <dd>
                  {shortcut.keys.map((key) => (
                    <kbd key={key}>{key === 'Mod' ? (MAC ? '⌘' : 'Ctrl') : key}</kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <label className="keys-wheel">
        <span>{t('wheel.title')}</span>
        <select className="input" value={wheel} onChange={(event) => chooseWheel(event.target.value)}>
          {WHEEL_HABITS.map((habit) => (
            <option key={habit} value={habit}>
              {t(`wheel.${habit}`)}
            </option>
          ))}
        </select>
      </label>
      <label className="keys-switch">
        <input
          type="checkbox"
          checked={singleKeys}
          onChange={(event) => useView.setState({ singleKeys: event.target.checked })}
        />
        {t('keys.single')}
      </label>
    </Dialog>
  );
}
