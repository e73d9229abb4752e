import { feed } from '../core/feed';
import { formatMeasured } from '../core/lessons';
import { liveMeasure, liveWindow_s } from '../core/liveMeasures';
import type { LessonClaim, LessonTechnique } from '../core/protocol';
import { openDrawer, select, useEditor } from '../store';
import { figure, figureGroup, pointedFigure } from '../ui/Figure';
import { useFeed } from '../useFeed';
import { useTexts } from '../useTexts';
import { openSheet, useView } from '../view';

const NARROW = '(width <= 720px)';

/** What a technique changes: measured without and with it, and in the run that is being watched. */
export function Measured({ technique }: { technique: LessonTechnique }) {
  const { t, tr } = useTexts();
  return (
    <table
      className="lesson-measured"
      aria-label={t('lesson.figures', { technique: tr(technique.title) })}
      {...figureGroup}
    >
      <thead>
        <tr>
          <th scope="col">{t('lesson.measure')}</th>
          <th scope="col">{t('lesson.without')}</th>
          <th scope="col">{t('lesson.with')}</th>
          <th scope="col">{t('lesson.now')}</th>
        </tr>
      </thead>
      <tbody>
        {technique.claims.map((claim, row) => (
          <tr key={`${claim.measure} ${claim.node_id} ${claim.request_class} ${claim.from_s}`}>
            <th scope="row">
              <Owner claim={claim} />
              <span className="muted" {...pointedFigure(t('lesson.window_help'))}>
                {t('lesson.window', { from: claim.from_s, until: claim.until_s })}
              </span>
              {claim.published !== null && (
                <span
                  className="muted"
                  {...figure(
                    [t('lesson.published_help'), claim.published_source ? tr(claim.published_source) : '']
                      .join(' ')
                      .trim(),
                    false,
                  )}
                >
                  {t('lesson.published', { value: formatMeasured(claim.published, claim) })}
                </span>
              )}
            </th>
            <td {...figure(t('lesson.without_help', windowOf(claim)), row === 0)}>
              {formatMeasured(claim.without, claim)}
            </td>
            <td {...figure(t('lesson.with_help', windowOf(claim)), false)}>
              {formatMeasured(claim.technique, claim)}
            </td>
            <Now claim={claim} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function windowOf({ from_s: from, until_s: until }: LessonClaim) {
  return { from, until };
}

/** The measure and whose it is; leads to the charts in which it can be watched. */
function Owner({ claim }: { claim: LessonClaim }) {
  const { t, tr } = useTexts();
  const node = useEditor((state) => state.document.nodes.find(({ id }) => id === claim.node_id));
  const whose = node?.name ?? (claim.request_class ? tr(claim.request_class) : null);
  const watch = () => {
    if (node) {
      useView.setState({ nodeTab: 'live' });
      select({ nodes: [node.id] });
    } else {
      openDrawer('charts');
    }
    if (matchMedia(NARROW).matches) openSheet(node ? 'inspector' : 'drawer');
  };
  return (
    <button type="button" className="link lesson-watch" title={t('lesson.watch')} onClick={watch}>
      {tr(claim.title)} {whose && <span className="lesson-owner">{whose}</span>}
    </button>
  );
}

function Now({ claim }: { claim: LessonClaim }) {
  const { t, tr } = useTexts();
  useFeed(2);
  const names = claim.request_class ? [claim.request_class, tr(claim.request_class)] : [];
  const value = liveMeasure(feed, claim, names);
  return (
    <td className="lesson-now" {...figure(t('lesson.now_help', { seconds: liveWindow_s(claim) }), false)}>
      {formatMeasured(value, claim)}
    </td>
  );
}
