import { useMemo } from 'react';
import { feed } from '../core/feed';
import { formatClock, formatRate } from '../core/format';
import { NODE_CHANNELS, type NodeChannel } from '../core/frames';
import { NODE_FORMATS } from '../core/gaugeCells';
import { withUnit } from '../core/meaning';
import { showFailuresOf } from '../microscope';
import { useEditor } from '../store';
import { figure, figureGroup, pointedFigure } from '../ui/Figure';
import { useFeed } from '../useFeed';
import { useTexts } from '../useTexts';
import { Chart } from './Chart';
import { NODE_CHARTS } from './series';
import './charts.css';

/** The live figures of one node as text. */
export function NodeLive({ nodeId }: { nodeId: string }) {
  const { t, tr } = useTexts();
  useFeed(2);
  const causes = useEditor((state) => state.catalog?.causes);
  const node = feed.nodeAt(nodeId);
  const { frame } = feed;
  if (node === undefined || !frame) return <p className="muted node-live-idle">{t('live.node.idle')}</p>;
  const state = frame.nodes.state[node] ?? 'up';
  const mode = frame.nodes.mode[node];
  const blame = feed.blame.of(nodeId);
  const figures = NODE_CHANNELS.map((channel) => ({
    channel,
    value: feed.smoothed.nodes[channel][node] ?? Number.NaN,
  })).filter(({ value }) => !Number.isNaN(value));
  return (
    <section className="node-live" aria-label={t('live.node.title')}>
      <div className="node-live-head">
        <span className={`node-live-state node-live-state--${state}`}>{t(`live.state.${state}`)}</span>
        {mode && <span className="node-live-mode">{t(`live.mode.${mode}`)}</span>}
        <span className="muted" {...pointedFigure(t('live.meaning_of.moment'))}>
          {formatClock(frame.now_s)}
        </span>
      </div>
      {blame && (
        <p className="node-live-blame">
          <span {...figure(withUnit(t('live.meaning_of.dropped'), 'dropped_rps', t))}>
            <span aria-hidden="true">✕</span>{' '}
            {t('live.node.dropped', {
              cause: tr(causes?.[blame.cause] ?? blame.cause),
              rate: formatRate(blame.rate_rps),
            })}
          </span>{' '}
          <button type="button" className="button small" onClick={() => showFailuresOf(nodeId)}>
            {t('live.requests.show_failed')}
          </button>
        </p>
      )}
      <dl className="node-live-figures" {...figureGroup}>
        {figures.map(({ channel, value }, at) => (
          <div key={channel} {...figure(withUnit(t(`live.meaning.${channel}`), channel, t), at === 0)}>
            <dt>{t(`live.channel.${channel}`)}</dt>
            <dd>{NODE_FORMATS[channel](value)}</dd>
          </div>
        ))}
      </dl>
      <NodeCharts nodeId={nodeId} node={node} />
    </section>
  );
}

const WINDOW_S = 30;
const HEIGHT_PX = 84;

/** How the figures came about: the last half minute of each that applies to this node. */
function NodeCharts({ nodeId, node }: { nodeId: string; node: number }) {
  const nodes = useMemo(() => [nodeId], [nodeId]);
  const applies = (channel: NodeChannel) => !Number.isNaN(feed.smoothed.nodes[channel][node] ?? Number.NaN);
  return (
    <div className="node-live-charts">
      {NODE_CHARTS.filter(({ channel }) => applies(channel)).map((kind) => (
        <Chart
          key={kind.id}
          kind={kind}
          window_s={WINDOW_S}
          nodes={nodes}
          table={false}
          log={false}
          height={HEIGHT_PX}
        />
      ))}
    </div>
  );
}
