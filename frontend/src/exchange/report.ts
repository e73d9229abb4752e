/** One page on a scenario and its run: a single HTML file without scripts that can be read anywhere and printed. */
import type { Analysis, Diagnostic } from '../core/api';
import { type Catalog, kindOf } from '../core/catalog';
import type { ScenarioDocument } from '../core/document';
import { edgeName, eventText } from '../core/eventText';
import type { Feed } from '../core/feed';
import { formatClock, formatCount, formatRate, formatRatio, formatSeconds } from '../core/format';
import type { TotalsRow } from '../core/frames';
import { groupKindOf } from '../core/groupEdits';
import type { Language } from '../core/i18n';
import { type PictureTexts, settingText } from '../core/picture';
import type { ParameterSpec, ParameterValue, RunState } from '../core/protocol';
import { escaped } from '../core/svgText';
import { formatQuantity } from '../core/units';
import { type ChartSpec, chartSvg } from './chartSvg';

export interface ReportSource {
  document: ScenarioDocument;
  catalog: Catalog;
  feed: Feed;
  run: RunState | null;
  analysis: Analysis | null;
  diagnostics: readonly Diagnostic[];
  /** the drawing, light */
  svg: string;
  language: Language;
  texts: PictureTexts & { tr: (text: string, values?: Record<string, unknown>) => string };
}

const EVENTS_MOST = 60;
const REMARKS_MOST = 20;
const POINTS_MOST = 240;
const MONTH_H = 730;

export function reportHtml(source: ReportSource): string {
  const { document, language, texts, svg } = source;
  const name = document.name || texts.t('scenario.untitled');
  const t = (key: string) => texts.t(`exchange.report.${key}`);
  const sections = [
    section(t('drawing'), `<figure>${svg}</figure>${notes(document)}`),
    section(t('run'), runSummary(source)),
    section(t('charts'), charts(source)),
    section(t('events'), events(source)),
    section(t('prediction'), prediction(source)),
    section(t('remarks'), remarks(source)),
    section(t('workload'), workload(source)),
    section(t('settings'), settings(source)),
    section(t('reproduce'), reproduce(source)),
  ];
  return [
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">`,
    `<title>${escaped(name)}</title><style>${STYLE}</style></head><body><main><h1>${escaped(name)}</h1>`,
    ...sections,
    '</main></body></html>',
  ].join('\n');
}

function section(title: string, content: string): string {
  return content ? `<section><h2>${escaped(title)}</h2>${content}</section>` : '';
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const cells = (tag: string, row: readonly string[]) =>
    row.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('');
  const top = head.length > 0 ? `<thead><tr>${cells('th', head)}</tr></thead>` : '';
  const body = rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('');
  return `<table>${top}<tbody>${body}</tbody></table>`;
}

function notes(document: ScenarioDocument): string {
  const lines = document.notes.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => `<p>${escaped(line)}</p>`).join('');
}

function mean(rows: readonly TotalsRow[], of: (row: TotalsRow) => number | null | undefined): number | null {
  let sum = 0;
  let weight = 0;
  for (const row of rows) {
    const value = of(row);
    if (value === null || value === undefined) continue;
    sum += value * row.window_s;
    weight += row.window_s;
  }
  return weight > 0 ? sum / weight : null;
}

function runSummary({ feed, texts, catalog }: ReportSource): string {
  const rows = feed.history.rows.from(0);
  const first = rows[0];
  const last = rows.at(-1);
  const t = (key: string, values?: Record<string, unknown>) => texts.t(`exchange.report.${key}`, values);
  if (!first || !last) return `<p>${escaped(t('no_run'))}</p>`;
  const from = formatClock(Math.max(0, first.at_s - first.window_s));
  const window = `${t('window', { from, until: formatClock(last.at_s), frame: formatSeconds(last.window_s) })}`;
  const worst = (of: (row: TotalsRow) => number | null) =>
    rows.reduce<number | null>((most, row) => {
      const value = of(row);
      return value === null || (most !== null && value <= most) ? most : value;
    }, null);
  const ok = mean(rows, (row) => row.totals.throughput_rps) ?? 0;
  const failed = mean(rows, (row) => row.totals.failed_rps) ?? 0;
  const latency = (of: (row: TotalsRow) => number | null) => [
    formatSeconds(mean(rows, of)),
    formatSeconds(worst(of)),
  ];
  const causes = [...new Set(rows.flatMap((row) => Object.keys(row.totals.failed_by_cause)))].sort();
  const byCause = causes
    .map((cause) => ({ cause, rate: mean(rows, (row) => row.totals.failed_by_cause[cause] ?? 0) ?? 0 }))
    .filter(({ rate }) => rate > 0)
    .sort((a, b) => b.rate - a.rate);
  const hit = mean(rows, (row) => row.totals.hit_ratio);
  const figures = [
    [t('offered'), formatRate(mean(rows, (row) => row.totals.offered_rps)), ''],
    [t('answered'), formatRate(ok), formatRatio(ok + failed > 0 ? ok / (ok + failed) : null)],
    [t('failed'), formatRate(failed), formatRatio(ok + failed > 0 ? failed / (ok + failed) : null)],
    ...byCause.map(({ cause, rate }) => [
      `– ${texts.tr(catalog.causes[cause] ?? cause)}`,
      formatRate(rate),
      '',
    ]),
    ...(hit === null ? [] : [[t('hits'), formatRatio(hit), '']]),
  ];
  const latencies = [
    ['p50', ...latency((row) => row.totals.latency_p50_s)],
    ['p95', ...latency((row) => row.totals.latency_p95_s)],
    ['p99', ...latency((row) => row.totals.latency_p99_s)],
  ];
  return (
    `<p class="window">${escaped(window)}</p><div class="pair">` +
    `${table([t('figure'), t('mean'), t('share')], figures)}` +
    `${table([t('latency'), t('mean'), t('worst')], latencies)}</div>`
  );
}

function charts({ feed, texts, catalog, document }: ReportSource): string {
  const rows = thinned(feed.history.rows.from(0));
  if (rows.length < 2) return '';
  const at_s = rows.map((group) => group.at(-1)?.at_s ?? 0);
  const column = (of: (row: TotalsRow) => number | null | undefined) => rows.map((group) => mean(group, of));
  const marks = feed.history.events.from(0).map((event) => event.at_s);
  const t = (key: string) => texts.t(`exchange.report.${key}`);
  const causes = [...new Set(rows.flat().flatMap((row) => Object.keys(row.totals.failed_by_cause)))].sort();
  const specs: ChartSpec[] = [
    {
      title: t('chart_requests'),
      at_s,
      marks,
      format: formatRate,
      lines: [
        { label: t('answered'), values: column((row) => row.totals.throughput_rps) },
        ...causes.map((cause) => ({
          label: texts.tr(catalog.causes[cause] ?? cause),
          values: column((row) => row.totals.failed_by_cause[cause] ?? 0),
        })),
      ],
    },
    {
      title: t('chart_latency'),
      at_s,
      marks,
      format: formatSeconds,
      lines: [
        { label: 'p50', values: column((row) => row.totals.latency_p50_s) },
        { label: 'p95', values: column((row) => row.totals.latency_p95_s) },
        { label: 'p99', values: column((row) => row.totals.latency_p99_s) },
      ],
    },
  ];
  const busiest = busiestNodes(feed, document);
  if (busiest.length > 0) {
    const ids = busiest.map((node) => node.id);
    const series = feed.history.nodeSeries('utilization_ratio', ids, Number.POSITIVE_INFINITY);
    const lines = busiest.map((node, at) => ({ label: node.name, values: series.values[at] ?? [] }));
    specs.push({ title: t('chart_load'), at_s: series.at_s, marks, format: formatRatio, lines });
  }
  return `<div class="charts">${specs.map(chartSvg).join('')}</div>`;
}

function busiestNodes(feed: Feed, document: ScenarioDocument) {
  const load = (id: string) => feed.smoothed.nodes.utilization_ratio[feed.nodeAt(id) ?? -1] ?? Number.NaN;
  return document.nodes
    .filter((node) => !Number.isNaN(load(node.id)))
    .sort((a, b) => load(b.id) - load(a.id))
    .slice(0, 4);
}

/** Neighbouring frames together, so that a line has no more points than paper can show. */
function thinned(rows: readonly TotalsRow[]): TotalsRow[][] {
  const size = Math.max(1, Math.ceil(rows.length / POINTS_MOST));
  const groups: TotalsRow[][] = [];
  for (let at = 0; at < rows.length; at += size) groups.push(rows.slice(at, at + size));
  return groups;
}

function events({ feed, document, texts }: ReportSource): string {
  const all = feed.history.events.from(0);
  const rows = all
    .slice(-EVENTS_MOST)
    .map((event) => [formatClock(event.at_s), eventText(event, document, texts.tr)]);
  const more = all.length - rows.length;
  const note = more > 0 ? `<p>${escaped(texts.t('exchange.report.more_events', { count: more }))}</p>` : '';
  return note + table([], rows);
}

function prediction({ analysis, document, texts }: ReportSource): string {
  const known = analysis?.prediction;
  if (!known) return '';
  const t = (key: string) => texts.t(`exchange.report.${key}`);
  const name = (id: string) => document.nodes.find((node) => node.id === id)?.name ?? id;
  const rows = [
    [t('offered'), formatRate(known.offered_rps)],
    [t('answered'), formatRate(known.throughput_rps)],
    ...(known.max_throughput_rps === null ? [] : [[t('capacity'), formatRate(known.max_throughput_rps)]]),
    ...(analysis.bottleneck ? [[t('bottleneck'), name(analysis.bottleneck.node_id)]] : []),
    [t('latency_mean'), formatSeconds(known.latency_mean_s)],
    ...(known.availability ? [[t('availability'), formatRatio(known.availability.ratio)]] : []),
    [t('cost'), `${formatQuantity(known.cost_usd_per_h * MONTH_H, '')} USD/${t('month')}`],
  ];
  return table([], rows);
}

function remarks({ diagnostics, document, texts }: ReportSource): string {
  const name = (item: Diagnostic) => {
    const node = document.nodes.find((candidate) => candidate.id === item.node_id);
    const edge = document.edges.find((candidate) => candidate.id === item.edge_id);
    return node?.name ?? (edge ? edgeName(edge, document) : '');
  };
  const rows = diagnostics
    .slice(0, REMARKS_MOST)
    .map((item) => [
      texts.t(`problems.${item.severity}`),
      name(item),
      [texts.tr(item.message, item.values), item.hint && texts.tr(item.hint, item.values)]
        .filter(Boolean)
        .join(' '),
    ]);
  return table([], rows);
}

function workload({ document, catalog, texts }: ReportSource): string {
  const total = document.workload.classes.reduce((sum, item) => sum + (item.share ?? 1), 0) || 1;
  const specs = catalog.class_parameters.filter((spec) => spec.name !== 'share' && spec.name !== 'name');
  const rows = document.workload.classes.map((item) => {
    const values = item as unknown as Record<string, ParameterValue>;
    return [
      item.name,
      formatRatio((item.share ?? 1) / total),
      specs
        .map((spec) => setting(spec, values[spec.name], texts, spec.name === 'operation'))
        .filter(Boolean)
        .join(' · '),
    ];
  });
  const t = (key: string) => texts.t(`exchange.report.${key}`);
  return table([t('class'), t('share'), t('settings')], rows);
}

function setting(
  spec: ParameterSpec,
  value: ParameterValue | undefined,
  texts: PictureTexts,
  always = false,
): string {
  if (value === undefined || (value === spec.default && !always)) return '';
  return `${texts.tr(spec.label)}: ${settingText(spec, value, texts)}`;
}

/** What differs from the defaults, of components, connections and groups. */
function settings({ document, catalog, texts }: ReportSource): string {
  const lines = (specs: readonly ParameterSpec[], values: Record<string, ParameterValue>) =>
    specs
      .map((spec) => setting(spec, values[spec.name], texts))
      .filter(Boolean)
      .join(' · ');
  const rows = [
    ...document.nodes.map((node) => {
      const kind = kindOf(catalog, node.kind);
      return [
        node.name,
        kind ? texts.tr(kind.title) : node.kind,
        lines(kind?.parameters ?? [], node.parameters),
      ];
    }),
    ...document.groups.map((group) => {
      const kind = groupKindOf(catalog, group.kind);
      return [
        group.name,
        kind ? texts.tr(kind.title) : group.kind,
        lines(kind?.parameters ?? [], group.parameters),
      ];
    }),
    ...document.edges
      .filter((edge) => Object.keys(edge.parameters).length > 0)
      .map((edge) => [edgeName(edge, document), '', lines(catalog.edge_parameters, edge.parameters)]),
  ];
  const t = (key: string) => texts.t(`exchange.report.${key}`);
  return table([t('name'), t('kind'), t('settings')], rows);
}

function reproduce({ document, run, feed, texts }: ReportSource): string {
  const t = (key: string, values?: Record<string, unknown>) => texts.t(`exchange.report.${key}`, values);
  const seed = run?.seed ?? document.seed;
  const until = feed.frame ? formatClock(feed.frame.now_s) : null;
  const steps = [
    t('reproduce_seed', { seed }),
    ...(until ? [t('reproduce_until', { until })] : []),
    t('reproduce_same'),
  ];
  const counts = t('counts', {
    nodes: formatCount(document.nodes.length),
    edges: formatCount(document.edges.length),
  });
  return `<p>${escaped(counts)}</p>${steps.map((step) => `<p>${escaped(step)}</p>`).join('')}`;
}

const STYLE = `
:root{color-scheme:light}
body{margin:0;background:#fff;color:#1b2130;font:13px/1.55 Inter,Pretendard,'Apple SD Gothic Neo','Malgun Gothic','Noto Sans CJK KR','Noto Sans KR',system-ui,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1040px;margin:0 auto;padding:24px}
h1{font-size:24px;margin:0 0 12px}
h2{font-size:15px;margin:22px 0 8px;border-bottom:1px solid #e0e3e9;padding-bottom:4px;break-after:avoid}
p{margin:4px 0}
figure{margin:0}
figure svg{width:100%;height:auto;max-height:560px;border:1px solid #e0e3e9;border-radius:9px}
table{border-collapse:collapse;width:100%;margin:6px 0}
th,td{text-align:left;vertical-align:top;padding:3px 12px 3px 0;border-bottom:1px solid #eceef2;overflow-wrap:anywhere}
th{color:#626b7d;font-weight:600}
tr,.charts svg{break-inside:avoid}
.window{color:#626b7d}
.pair,.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:8px 28px}
@page{size:A4;margin:12mm}
@media print{main{max-width:none;padding:0}figure svg{max-height:95mm}body{font-size:11px}}
`.replaceAll('\n', '');
