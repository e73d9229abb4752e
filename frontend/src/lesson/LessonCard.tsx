import './lesson.css';
import { findNode } from '../core/document';
import { formatMeasured, isApplied, techniqueOf } from '../core/lessons';
import type { Lesson, LessonClaim } from '../core/protocol';
import { applyLocal, useEditor } from '../store';
import { useTexts } from '../useTexts';

/** The lesson of the scenario that was opened from the library: its story, its technique by one click, what was measured. */
export function LessonCard() {
  const { t, tr } = useTexts();
  const lesson = useEditor((state) => state.lesson);
  const notes = useEditor((state) => state.document.notes);
  const applied = useEditor((state) => state.lesson !== null && isApplied(state.document, state.lesson));
  const readOnly = useEditor((state) => state.permission === 'view');
  if (!lesson) return null;
  const lines = notes.split('\n').filter(Boolean);
  return (
    <section className="lesson" aria-labelledby="lesson-title">
      <h2 className="section-title" id="lesson-title">
        {t('lesson.title')}
      </h2>
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
      <div className="lesson-technique">
        <p>
          <strong>{t('lesson.technique')}</strong> {tr(lesson.title)}
        </p>
        {!readOnly && (
          <button
            type="button"
            className="button primary"
            disabled={applied}
            onClick={() => applyLocal(techniqueOf(lesson, tr))}
          >
            {t(applied ? 'lesson.applied' : 'lesson.apply')}
          </button>
        )}
      </div>
      <Measured lesson={lesson} />
      {lesson.sources.length > 0 && (
        <ul className="lesson-sources" aria-label={t('lesson.sources')}>
          {lesson.sources.map((source) => (
            <li key={source.url}>
              <a href={source.url} target="_blank" rel="noreferrer">
                {source.title}
              </a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Measured({ lesson }: { lesson: Lesson }) {
  const { t, tr } = useTexts();
  const published = lesson.claims.some((claim) => claim.published !== null);
  return (
    <table className="lesson-measured">
      <caption>{t('lesson.measured')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('lesson.measure')}</th>
          <th scope="col">{t('lesson.without')}</th>
          <th scope="col">{t('lesson.with')}</th>
          {published && <th scope="col">{t('lesson.published')}</th>}
        </tr>
      </thead>
      <tbody>
        {lesson.claims.map((claim) => (
          <tr key={`${claim.title} ${claim.node_id} ${claim.request_class} ${claim.from_s}`}>
            <th scope="row">
              {tr(claim.title)} <Owner claim={claim} />
              <span className="muted">
                {t('lesson.window', { from: claim.from_s, until: claim.until_s })}
              </span>
            </th>
            <td>{formatMeasured(claim.without, claim)}</td>
            <td>{formatMeasured(claim.technique, claim)}</td>
            {published && (
              <td title={claim.published_source ? tr(claim.published_source) : undefined}>
                {claim.published === null ? '' : formatMeasured(claim.published, claim)}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Whose figure it is, when it is not that of the whole run. */
function Owner({ claim }: { claim: LessonClaim }) {
  const { tr } = useTexts();
  const node = useEditor((state) =>
    claim.node_id ? findNode(state.document, claim.node_id)?.name : undefined,
  );
  const owner = node ?? (claim.request_class ? tr(claim.request_class) : claim.node_id);
  return owner ? <span className="lesson-owner">{owner}</span> : null;
}
