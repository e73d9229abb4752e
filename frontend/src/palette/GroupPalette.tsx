import { addGroup } from '../actions';
import type { GroupKind } from '../core/protocol';
import { Glyph } from '../ui/icons';
import { useTexts } from '../useTexts';
import { openSheet } from '../view';

/** Regions, zones and networks: a click draws one around what is selected, or an empty one. */
export function GroupPalette({ kinds }: { kinds: readonly GroupKind[] }) {
  const { t, tr } = useTexts();
  return (
    <section className="palette-group">
      <h2>{t('group.heading')}</h2>
      <ul>
        {kinds.map((kind) => (
          <li key={kind.kind}>
            <button
              type="button"
              className="palette-item"
              title={`${tr(kind.summary)} ${t('group.add_help')}`}
              onClick={() => {
                addGroup(kind);
                openSheet(null);
              }}
            >
              <Glyph name="group" />
              <span className="palette-item-words">
                <span>{tr(kind.title)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
