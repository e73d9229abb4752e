import type { FaultTarget } from '../core/faults';
import { healing } from '../core/faults';
import { placeName } from '../core/targets';
import { act } from '../runStore';
import { useEditor } from '../store';
import { RunGlyph } from '../ui/RunGlyph';
import { stateKey, stateOf, useMayBreak } from '../useFaults';
import { useFeed } from '../useFeed';
import { useTexts } from '../useTexts';

/** What is broken now, each with its way back; before that, what to do. */
export function Broken() {
  const { t, tr } = useTexts();
  useFeed(2);
  const catalog = useEditor((state) => state.catalog);
  const document = useEditor((state) => state.document);
  const reason = useMayBreak();
  const places: FaultTarget[] = [
    ...document.nodes.map(({ id }) => ({ node_id: id })),
    ...document.edges.map(({ id }) => ({ edge_id: id })),
  ];
  const broken = places
    .map((target) => ({ target, state: stateOf(target) }))
    .filter(({ state }) => state !== 'up');
  if (!catalog) return null;
  return (
    <>
      <h3 className="section-title">{t('live.faults.now')}</h3>
      {broken.length === 0 && <p className="muted">{t('live.faults.none_now')}</p>}
      <ul className="fault-now">
        {broken.map(({ target, state }) => {
          const name = placeName(document, catalog, target, tr) ?? '';
          return (
            <li key={JSON.stringify(target)}>
              <span>
                <strong>{name}</strong> {t(stateKey(target, state))}
              </span>
              <button
                type="button"
                className="button small"
                disabled={reason !== null}
                aria-label={t('live.faults.heal_at', { place: name })}
                onClick={() => act([healing(target)])}
              >
                <RunGlyph name="heal" /> {t('live.faults.heal')}
              </button>
            </li>
          );
        })}
      </ul>
    </>
  );
}
