import { useEffect, useId, useRef, useState } from 'react';
import uPlot from 'uplot';
import { formatClock, formatRate, formatSeconds } from '../core/format';
import type { ComparisonResult, ComparisonSeries } from '../core/protocol';
import { watchTheme } from '../core/theme';
import { figure } from '../ui/Figure';
import { useTexts } from '../useTexts';
import 'uplot/dist/uPlot.min.css';

const HEIGHT = 140;
const SYNC_KEY = 'compare';
const DASH = [6, 4];

interface Props {
  name: keyof ComparisonSeries;
  result: ComparisonResult;
  names: [string, string];
}

/** One figure over time in both designs, the second dashed; the mean of all runs. */
export function ComparedChart({ name, result, names }: Props) {
  const { t } = useTexts();
  const host = useRef<HTMLDivElement>(null);
  const title = useId();
  const [theme, setTheme] = useState(0);
  const meaning = t('compare.series_help');
  const [firstName, secondName] = names;
  useEffect(() => watchTheme(() => setTheme((count) => count + 1)), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme means other colours
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const [first, second] = result.series;
    const at_s = first[name].map((_, window) => (window + 1) * result.window_s);
    const labels = [firstName, secondName];
    const plot = new uPlot(
      optionsOf(element, name, labels, t('live.charts.time')),
      [at_s, first[name], second[name]],
      element,
    );
    const legend = plot.root.querySelector('.u-legend');
    legend?.setAttribute('data-meaning', meaning);
    const observer = new ResizeObserver(() => {
      const width = element.clientWidth;
      if (width > 0 && width !== plot.width) plot.setSize({ width, height: HEIGHT });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [name, result, firstName, secondName, meaning, t, theme]);
  return (
    <figure className="compare-chart" aria-labelledby={title}>
      <figcaption id={title} {...figure(meaning)}>
        {t(`compare.series.${name}`)}
      </figcaption>
      <div ref={host} />
    </figure>
  );
}

function optionsOf(
  host: HTMLElement,
  name: keyof ComparisonSeries,
  labels: readonly string[],
  timeLabel: string,
): uPlot.Options {
  const style = getComputedStyle(host);
  const colour = (token: string) => style.getPropertyValue(token).trim();
  const format = name === 'latency_p99_s' ? formatSeconds : formatRate;
  const axis: uPlot.Axis = {
    stroke: colour('--text-3'),
    font: `10px ${style.fontFamily}`,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
    gap: 4,
  };
  return {
    width: Math.max(100, host.clientWidth),
    height: HEIGHT,
    padding: [6, 10, 0, 0],
    cursor: { sync: { key: SYNC_KEY }, drag: { x: false, y: false } },
    scales: { x: { time: false }, y: { range: (_, __, high) => [0, high > 0 ? high * 1.08 : 1] } },
    axes: [
      { ...axis, size: 22, values: (_, splits) => splits.map(formatClock) },
      { ...axis, size: 56, values: (_, splits) => splits.map((value) => format(value)) },
    ],
    series: [
      { label: timeLabel, value: (_, at_s: number | null) => (at_s === null ? '–' : formatClock(at_s)) },
      ...labels.map(
        (label, at): uPlot.Series => ({
          label,
          stroke: colour(at === 0 ? '--text-2' : '--accent'),
          width: 1.75,
          ...(at === 1 ? { dash: DASH } : {}),
          points: { show: false },
          value: (_, value: number | null) => format(value),
        }),
      ),
    ],
  };
}
