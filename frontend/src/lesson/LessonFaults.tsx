import { titlesOf } from '../core/catalog';
import { findEdge, findNode, type ScenarioDocument } from '../core/document';
import type { FaultTarget } from '../core/faults';
import { formatClock } from '../core/format';
import { findGroup } from '../core/groupChanges';
import { type Blow, blowsOf, changesOf, isApplied, takingBack } from '../core/lessons';
import type { Heal, InjectFault, LessonHappening, LibraryEntry, ScheduledFault } from '../core/protocol';
import { act, isUnderWay, mayControl, useRun } from '../runStore';
import { applyLocal, useEditor } from '../store';
import { RunGlyph } from '../ui/RunGlyph';
import { stateOf } from '../useFaults';
import { useFeed } from '../useFeed';
import { useTexts } from '../useTexts';

interface Props {
  entry: LibraryEntry;
  happening: LessonHappening | null;
}

/** What comes about in the story: what breaks by itself at its time can be broken now. The charts mark the moment. */
export function LessonFaults({ entry, happening }: Props) {
  const { t } = useTexts();
  const planned = useEditor((state) => state.document.faults);
  const blows = blowsOf(planned);
  if (blows.length === 0 && !happening) return null;
  return (
    <div className="lesson-faults">
      <h3 className="section-title">{t('lesson.happens')}</h3>
      <ul>
        {happening && (
          <li>
            <HappeningButton entry={entry} happening={happening} />
          </li>
        )}
        {blows.map((blow) => (
          <li key={blow.at_s}>
            <BlowButton blow={blow} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function HappeningButton({ entry, happening }: { entry: LibraryEntry; happening: LessonHappening }) {
  const { t, tr } = useTexts();
  const done = useEditor(
    (state) => state.catalog !== null && isApplied(state.document, happening, state.catalog),
  );
  const readOnly = useEditor((state) => state.permission === 'view');
  return (
    <>
      <span className="lesson-blow">
        {tr(happening.title)}
        <span className="muted">{t('lesson.when_measured', { time: formatClock(happening.at_s) })}</span>
      </span>
      <button
        type="button"
        className="button small"
        disabled={readOnly}
        onClick={() => applyLocal(done ? takingBack(entry, happening, tr) : changesOf(happening, tr))}
      >
        {t(done ? 'lesson.take_back' : 'lesson.do_now')}
      </button>
    </>
  );
}

function BlowButton({ blow }: { blow: Blow }) {
  const { t, tr } = useTexts();
  useFeed(2);
  const titles = useEditor((state) => state.catalog?.faults);
  const document = useEditor((state) => state.document);
  const permission = useEditor((state) => state.permission);
  const allowed = useRun((state) => mayControl(state, permission));
  const live = useRun(isUnderWay);
  const named = blow.faults.map((fault) => nameOf(fault, document, tr));
  const deeds = new Set(blow.faults.map(({ fault }) => tr(titles?.[fault]?.title ?? fault)));
  const broken = live && blow.faults.some((fault) => isBroken(fault));
  const reason = !allowed ? t('live.faults.read_only') : live ? undefined : t('live.faults.not_running');
  return (
    <>
      <span className="lesson-blow">
        {[...deeds].join(', ')}: {named.join(', ')}
        <span className="muted">{t('lesson.by_itself', { time: formatClock(blow.at_s) })}</span>
      </span>
      <span className="lesson-blow-buttons">
        <button
          type="button"
          className="button small danger"
          disabled={reason !== undefined}
          title={reason}
          onClick={() => act(blow.faults.map(injectionOf))}
        >
          <RunGlyph name="fault" /> {t('lesson.break_now')}
        </button>
        {broken && (
          <button
            type="button"
            className="button small"
            disabled={reason !== undefined}
            title={t('live.faults.heal_help')}
            onClick={() => act(blow.faults.map(healingOf))}
          >
            <RunGlyph name="heal" /> {t('live.faults.heal')}
          </button>
        )}
      </span>
    </>
  );
}

/** Whom a planned fault strikes, without what it leaves open. */
function struckBy(fault: ScheduledFault): Omit<Heal, 'type'> {
  const { node_id, edge_id, region, other_region, group_id } = fault;
  return {
    ...(node_id ? { node_id } : {}),
    ...(edge_id ? { edge_id } : {}),
    ...(region ? { region } : {}),
    ...(other_region ? { other_region } : {}),
    ...(group_id ? { group_id } : {}),
  };
}

function injectionOf(fault: ScheduledFault): InjectFault {
  const strength = fault.factor === null ? {} : { factor: fault.factor };
  return { type: 'fault', fault: fault.fault, ...struckBy(fault), ...strength };
}

function healingOf(fault: ScheduledFault): Heal {
  return { type: 'heal', ...struckBy(fault) };
}

/** Regions have no state of their own: they are healed where they are struck. */
function isBroken(fault: ScheduledFault): boolean {
  if (fault.region) return true;
  return stateOf(struckBy(fault) as FaultTarget) !== 'up';
}

function nameOf(fault: ScheduledFault, document: ScenarioDocument, tr: (text: string) => string): string {
  const node = (id: string) => findNode(document, id)?.name || id;
  if (fault.node_id) return node(fault.node_id);
  if (fault.group_id) return findGroup(document, fault.group_id)?.name || fault.group_id;
  const edge = fault.edge_id ? findEdge(document, fault.edge_id) : undefined;
  if (edge) return `${node(edge.source)} → ${node(edge.target)}`;
  const { catalog } = useEditor.getState();
  const titles = catalog ? titlesOf(catalog) : {};
  const regions = [fault.region, fault.other_region].filter((region) => region !== undefined);
  return regions.map((region) => tr(titles[region] ?? region)).join(' – ');
}
