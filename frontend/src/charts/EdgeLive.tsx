import { feed } from '../core/feed';
import { formatClock, formatRate } from '../core/format';
import { EDGE_CHANNELS } from '../core/frames';
import { withUnit } from '../core/meaning';
import { figure, figureGroup, pointedFigure } from '../ui/Figure';
import { useFeed } from '../useFeed';
import { useTexts } from '../useTexts';
import './charts.css';

/** The live figures of one connection as text. */
export function EdgeLive({ edgeId }: { edgeId: string }) {
  const { t } = useTexts();
  useFeed(2);
  const edge = feed.edgeAt(edgeId);
  const { frame } = feed;
  if (edge === undefined || !frame) return <p className="muted node-live-idle">{t('live.node.idle')}</p>;
  const state = frame.edges.state[edge] ?? 'up';
  const healthy = frame.edges.believed_healthy[edge] ?? true;
  return (
    <section className="node-live" aria-label={t('live.node.title')}>
      <div className="node-live-head">
        <span className={`node-live-state node-live-state--${state}`}>{t(`live.edge_state.${state}`)}</span>
        {!healthy && (
          <span className="node-live-state node-live-state--slow" title={t('live.edge.avoided_help')}>
            {t('live.edge.avoided')}
          </span>
        )}
        <span className="muted" {...pointedFigure(t('live.meaning_of.moment'))}>
          {formatClock(frame.now_s)}
        </span>
      </div>
      <dl className="node-live-figures" {...figureGroup}>
        {EDGE_CHANNELS.map((channel, at) => (
          <div key={channel} {...figure(withUnit(t(`live.edge.${channel}_help`), channel, t), at === 0)}>
            <dt>{t(`live.edge.${channel}`)}</dt>
            <dd>{formatRate(feed.smoothed.edges[channel][edge] ?? null)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
