/**
 * The whole drawing as SVG, from the document alone: no screen, no style sheet, nothing to fetch. The same input gives
 * the same text everywhere.
 */
import { type Catalog, kindOf } from './catalog';
import type { ScenarioDocument, ScenarioNode } from './document';
import type { Feed } from './feed';
import { formatClock } from './format';
import {
  curvePath,
  edgeCurve,
  flattenCurve,
  GAUGE_HEIGHT,
  inPort,
  nodeRect,
  outPort,
  type Rect,
} from './geometry';
import { groupKindOf } from './groupEdits';
import { groupFrames } from './groupLayout';
import { edgeLabel, liveEdge, liveNode } from './pictureLive';
import { DARK, LIGHT, type Look, PICTURE_FONT } from './pictureLook';
import { productOf } from './presets';
import type { ParameterSpec, ParameterValue } from './protocol';
import { escaped, fitted, n, text } from './svgText';
import { formatQuantity } from './units';

export interface PictureTexts {
  t: (key: string, values?: Record<string, unknown>) => string;
  tr: (text: string) => string;
}

export interface PictureOptions {
  dark: boolean;
  /** the name above and what it shows below */
  title: boolean;
  /** figures of this moment of a run; null draws the design alone */
  feed: Feed | null;
  /** only what lies under the requests on their way, or only what lies over it; without either, everything */
  layer?: 'under' | 'over';
}

export interface Picture {
  svg: string;
  width: number;
  height: number;
  /** the corner of the picture in flow coordinates */
  x: number;
  y: number;
}

const MARGIN = 32;
const TITLE_HEIGHT = 44;
const FOOT_HEIGHT = 30;
const SMALLEST_WIDTH = 360;

/** @param icons the inside of each kind's icon, by kind; those missing are left out */
export function drawPicture(
  document: ScenarioDocument,
  catalog: Catalog,
  icons: ReadonlyMap<string, string>,
  texts: PictureTexts,
  options: PictureOptions,
): Picture {
  const look = options.dark ? DARK : LIGHT;
  const { x, y, width, height } = extent(document, options.title);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${n(width)}" height="${n(height)}" viewBox="${n(x)} ${n(y)} ${n(width)} ${n(height)}" font-family="${escaped(PICTURE_FONT)}" role="img">`,
    `<title>${escaped(document.name || texts.t('scenario.untitled'))}</title>`,
    iconSymbols(document, icons),
  ];
  if (options.layer !== 'over') {
    parts.push(
      `<rect x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" fill="${look.canvas}"/>`,
    );
    if (options.title)
      parts.push(...around(document, texts, options.feed, look, { x, y, w: width, h: height }));
    parts.push(...groups(document, catalog, texts, look), ...wires(document, options.feed, look));
  }
  if (options.layer !== 'under') {
    for (const node of document.nodes)
      parts.push(card(node, catalog, icons, texts, look, options.feed !== null || options.layer === 'over'));
    if (options.feed) {
      for (const node of document.nodes) parts.push(liveNode(node, catalog, options.feed, texts, look));
      parts.push(...rates(document, options.feed, look, texts));
    }
  }
  parts.push('</svg>');
  return { svg: parts.filter(Boolean).join('\n'), width, height, x, y };
}

function extent(
  document: ScenarioDocument,
  title: boolean,
): { x: number; y: number; width: number; height: number } {
  const rects: Rect[] = [...document.nodes.map(nodeRect), ...groupFrames(document).map(({ rect }) => rect)];
  let [left, top, right, bottom] = [0, 0, SMALLEST_WIDTH, 120];
  const xs = rects.flatMap((rect) => [rect.x, rect.x + rect.w]);
  const ys = rects.flatMap((rect) => [rect.y, rect.y + rect.h]);
  for (const path of curves(document).values()) {
    for (let at = 0; at < path.length; at += 2) {
      xs.push(path[at] as number);
      ys.push(path[at + 1] as number);
    }
  }
  if (rects.length > 0) {
    const low = (values: number[]) => values.reduce((least, value) => Math.min(least, value));
    const high = (values: number[]) => values.reduce((most, value) => Math.max(most, value));
    [left, top, right, bottom] = [low(xs), low(ys), high(xs), high(ys)];
  }
  const x = Math.floor(left - MARGIN);
  const y = Math.floor(top - MARGIN - (title ? TITLE_HEIGHT : 0));
  return {
    x,
    y,
    width: Math.max(SMALLEST_WIDTH, Math.ceil(right + MARGIN) - x),
    height: Math.ceil(bottom + MARGIN + (title ? FOOT_HEIGHT : 0)) - y,
  };
}

/** The paths of the connections by id, as the canvas flattens them. */
function curves(document: ScenarioDocument): Map<string, Float32Array> {
  const rects = new Map(document.nodes.map((node) => [node.id, nodeRect(node)]));
  return new Map(
    document.edges.flatMap((edge) => {
      const from = rects.get(edge.source);
      const to = rects.get(edge.target);
      return from && to ? [[edge.id, flattenCurve(edgeCurve(outPort(from), inPort(to)))] as const] : [];
    }),
  );
}

function iconSymbols(document: ScenarioDocument, icons: ReadonlyMap<string, string>): string {
  const kinds = [...new Set(document.nodes.map((node) => node.kind))].sort();
  const symbols = kinds.flatMap((kind) => {
    const inside = icons.get(kind);
    if (!inside) return [];
    return [
      `<symbol id="icon-${escaped(kind)}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round">${inside}</symbol>`,
    ];
  });
  return symbols.length > 0 ? `<defs>${symbols.join('')}</defs>` : '';
}

/** Title above; below, what the picture shows. */
function around(
  document: ScenarioDocument,
  texts: PictureTexts,
  feed: Feed | null,
  look: Look,
  box: Rect,
): string[] {
  const name = document.name || texts.t('scenario.untitled');
  const moment = feed?.frame ? texts.t('exchange.picture.moment', { at: formatClock(feed.frame.now_s) }) : '';
  const counts = texts.t('exchange.picture.counts', {
    nodes: document.nodes.length,
    edges: document.edges.length,
    seed: document.seed,
  });
  const foot = moment ? `${counts} · ${moment}` : counts;
  const room = box.w - 2 * MARGIN;
  const left = box.x + MARGIN;
  return [
    text(left, box.y + MARGIN + 14, fitted(name, room, 22), { size: 22, fill: look.text, weight: 650 }),
    text(left, box.y + box.h - 18, fitted(foot, room, 12), { size: 12, fill: look.text3 }),
  ];
}

function groups(document: ScenarioDocument, catalog: Catalog, texts: PictureTexts, look: Look): string[] {
  return groupFrames(document).map(({ id, rect, depth }) => {
    const group = document.groups.find((candidate) => candidate.id === id);
    const kind = group && groupKindOf(catalog, group.kind);
    const title = kind ? texts.tr(kind.title) : '';
    const name = group?.name ?? '';
    const label = name.startsWith(title) || !title ? name : `${name} · ${title}`;
    const dashes = kind?.is_private ? ' stroke-dasharray="6 4"' : '';
    const fill = depth % 2 === 0 ? look.surface3 : look.surface;
    return (
      `<rect x="${n(rect.x)}" y="${n(rect.y)}" width="${n(rect.w)}" height="${n(rect.h)}" rx="14" fill="${fill}" fill-opacity="0.55" stroke="${look.lineStrong}" stroke-width="1.5"${dashes}/>` +
      text(rect.x + 14, rect.y + 25, fitted(label, rect.w - 28, 12), {
        size: 12,
        fill: look.text,
        weight: 600,
      })
    );
  });
}

function wires(document: ScenarioDocument, feed: Feed | null, look: Look): string[] {
  const rects = new Map(document.nodes.map((node) => [node.id, nodeRect(node)]));
  return document.edges.flatMap((edge) => {
    const from = rects.get(edge.source);
    const to = rects.get(edge.target);
    if (!from || !to) return [];
    const path = curvePath(edgeCurve(outPort(from), inPort(to)));
    const tip = inPort(to);
    const arrow = `M${n(tip.x - 8)},${n(tip.y - 4.5)} L${n(tip.x - 0.5)},${n(tip.y)} L${n(tip.x - 8)},${n(tip.y + 4.5)}`;
    const live = feed ? liveEdge(edge.id, path, feed, look) : '';
    return [
      `${live}<path d="${path}" fill="none" stroke="${look.wire}" stroke-width="1.8"/>` +
        `<path d="${arrow}" fill="none" stroke="${look.wire}" stroke-width="1.8" stroke-linejoin="round"/>`,
    ];
  });
}

function rates(document: ScenarioDocument, feed: Feed, look: Look, texts: PictureTexts): string[] {
  const paths = curves(document);
  return document.edges.map((edge) => {
    const path = paths.get(edge.id);
    return path ? edgeLabel(edge.id, path, feed, look, texts) : '';
  });
}

function card(
  node: ScenarioNode,
  catalog: Catalog,
  icons: ReadonlyMap<string, string>,
  texts: PictureTexts,
  look: Look,
  /** the lower part is left to live figures */
  plain: boolean,
): string {
  const rect = nodeRect(node);
  const kind = kindOf(catalog, node.kind);
  const title = (kind && productOf(kind, node)?.name) ?? (kind ? texts.tr(kind.title) : node.kind);
  const strip = rect.y + rect.h - GAUGE_HEIGHT;
  const room = rect.w - 59;
  const icon = icons.has(node.kind)
    ? `<use href="#icon-${escaped(node.kind)}" x="${n(rect.x + 16)}" y="${n(rect.y + 20)}" width="20" height="20" color="${look.accent}"/>`
    : '';
  const settings = plain
    ? []
    : (kind?.parameters ?? []).flatMap((spec) => settingLine(spec, node, texts)).slice(0, 2);
  return [
    `<g><rect x="${n(rect.x)}" y="${n(rect.y)}" width="${n(rect.w)}" height="${n(rect.h)}" rx="9" fill="${look.surface}" stroke="${look.line}"/>`,
    plain || settings.length > 0 ? stripOf(rect, look) : '',
    `<rect x="${n(rect.x + 10)}" y="${n(rect.y + 14)}" width="32" height="32" rx="9" fill="${look.accentSoft}"/>`,
    icon,
    text(rect.x + 51, rect.y + 27, fitted(node.name, room, 14), { size: 14, fill: look.text, weight: 600 }),
    text(rect.x + 51, rect.y + 44, fitted(title, room, 12), { size: 12, fill: look.text3 }),
    ...settings.map(([label, value], at) => {
      const valueText = fitted(value, 74, 11);
      const y = strip + 18 + 16 * at;
      return (
        text(rect.x + 12, y, fitted(label, 84, 11), { size: 11, fill: look.text2 }) +
        text(rect.x + rect.w - 12, y, valueText, { size: 11, fill: look.text, weight: 600, anchor: 'end' })
      );
    }),
    '</g>',
  ].join('');
}

/** The lower part of a card. */
function stripOf(rect: Rect, look: Look): string {
  const y = rect.y + rect.h - GAUGE_HEIGHT;
  const corner = 'a8.5,8.5 0 0 1';
  return (
    `<path d="M${n(rect.x + 0.5)},${n(y)} h${n(rect.w - 1)} v${n(GAUGE_HEIGHT - 9)} ${corner} -8.5,8.5 h${n(18 - rect.w)} ${corner} -8.5,-8.5 Z" fill="${look.surface2}"/>` +
    `<path d="M${n(rect.x)},${n(y)} h${n(rect.w)}" stroke="${look.line}"/>`
  );
}

/** A setting that differs from its default, in the words of the page. */
function settingLine(spec: ParameterSpec, node: ScenarioNode, texts: PictureTexts): [string, string][] {
  const value = node.parameters[spec.name];
  if (value === undefined || value === spec.default) return [];
  return [[texts.tr(spec.label), settingText(spec, value, texts)]];
}

/** The value of a setting as people read it. */
export function settingText(spec: ParameterSpec, value: ParameterValue, texts: PictureTexts): string {
  if (typeof value === 'number') return formatQuantity(value, spec.unit);
  if (typeof value === 'boolean') return texts.t(value ? 'exchange.yes' : 'exchange.no');
  const choice = spec.choices[value];
  return choice ? texts.tr(choice) : value;
}
