import { useEffect, useId, useRef, useState } from 'react';
import 'uplot/dist/uPlot.min.css';
import { eventText } from '../core/eventText';
import { feed } from '../core/feed';
import { watchTheme } from '../core/theme';
import { useEditor } from '../store';
import { pointedFigure } from '../ui/Figure';
import { onFeed } from '../useFeed';
import { type Texts, useTexts } from '../useTexts';
import { ChartTable } from './ChartTable';
import { Plot } from './plot';
import { type ChartKind, chartData, type SeriesTexts } from './series';
import './charts.css';

export interface ChartProps {
  kind: ChartKind;
  window_s: number;
  /** show these nodes; none means the largest */
  nodes: readonly string[];
  table: boolean;
  log: boolean;
  height?: number;
}

const DRAWN_PER_SECOND = 4;

/** One chart with its title, caption and the same figures as a table on request. */
export function Chart({ kind, window_s, nodes, table, log, height = 150 }: ChartProps) {
  const texts = useTexts();
  const { t } = texts;
  const title = useId();
  const perNode = kind.id === 'utilization' || kind.id === 'queue';
  const caption = perNode && nodes.length > 0 ? 'selected_caption' : `${kind.id}_caption`;
  const meaning = `${t(`live.charts.${caption}`)} ${t(`live.charts.${kind.id}_help`)}`;
  const props = { kind, window_s, nodes, log, height, meaning, texts };
  return (
    <figure className="chart" aria-labelledby={title}>
      <figcaption>
        <h3 id={title} {...pointedFigure(meaning)}>
          {t(`live.charts.${kind.id}`)}
        </h3>
        <span className="chart-caption muted">{t(`live.charts.${caption}`)}</span>
      </figcaption>
      {table ? <ChartTable {...props} seriesTexts={seriesTexts(texts)} /> : <Drawing {...props} />}
    </figure>
  );
}

type DrawingProps = Omit<Required<ChartProps>, 'table'> & { meaning: string; texts: Texts };

function seriesTexts({ t, tr }: Texts): SeriesTexts {
  const { catalog, document } = useEditor.getState();
  return {
    ok: t('live.charts.ok'),
    failed: t('live.charts.failed'),
    hits: t('live.channel.hit_ratio'),
    cause: (cause) => tr(catalog?.causes[cause] ?? cause),
    node: (id) => document.nodes.find((node) => node.id === id)?.name ?? id,
  };
}

function Drawing({ kind, window_s, nodes, log, height, meaning, texts }: DrawingProps) {
  const host = useRef<HTMLDivElement>(null);
  const [theme, setTheme] = useState(0);
  const chosen = nodes.join(' ');
  useEffect(() => watchTheme(() => setTheme((count) => count + 1)), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme means other colours
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const ids = chosen === '' ? [] : chosen.split(' ');
    let plot: Plot | null = null;
    let drawn = '';
    const draw = () => {
      if (document.hidden) return;
      const data = chartData(kind.id, feed, window_s, ids, seriesTexts(texts));
      const labels = data.series.map(({ label }) => label).join('\n');
      if (plot && labels === drawn) {
        plot.setData(data);
        return;
      }
      plot?.destroy();
      drawn = labels;
      plot = new Plot(element, data, {
        kind,
        height,
        log,
        window_s,
        timeLabel: texts.t('live.charts.time'),
        meaning,
        markers: {
          events: () => feed.eventsWithin(window_s),
          text: (event) => eventText(event, useEditor.getState().document, texts.tr),
        },
      });
    };
    draw();
    const stop = onFeed(DRAWN_PER_SECOND, draw);
    const observer = new ResizeObserver(() => plot?.setWidth(element.clientWidth));
    observer.observe(element);
    return () => {
      stop();
      observer.disconnect();
      plot?.destroy();
    };
  }, [kind, window_s, chosen, log, height, meaning, texts, theme]);
  return <div ref={host} className="chart-host" />;
}
