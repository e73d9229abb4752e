import './keys.css';
import { Dialog } from '../ui/Dialog';
import { useTexts } from '../useTexts';
import { openDialog, useView } from '../view';
import { SHORTCUTS } from './shortcuts';

const GROUPS = ['add', 'edit', 'view', 'run'] as const;
const MAC = /Mac|iPhone|iPad/.test(navigator.platform);

/** The list of shortcuts, and the switch for those that are a single key. */
export function KeysDialog() {
  const { t } = useTexts();
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
