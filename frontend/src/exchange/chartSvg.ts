/** A chart as SVG, for reports: lines over simulated time, told apart by dashes as well as by colours. */
import { formatClock } from '../core/format';
import { LIGHT } from '../core/pictureLook';
import { escaped, n, text, textWidth } from '../core/svgText';

export interface Line {
  label: string;
  values: readonly (number | null)[];
  colour?: string;
}

export interface ChartSpec {
  title: string;
  at_s: readonly number[];
  lines: readonly Line[];
  format: (value: number) => string;
  /** moments at which something happened */
  marks: readonly number[];
}

const WIDTH = 520;
const HEIGHT = 190;
const LEFT = 64;
const RIGHT = 12;
const TOP = 44;
const BOTTOM = 24;
const TICKS = 5;
const DASHES = ['', '6 3', '2 3', '9 3 2 3', '4 2', '1 4'];

export function chartSvg({ title, at_s, lines, format, marks }: ChartSpec): string {
  const known = lines.flatMap((line) => line.values.filter((value): value is number => value !== null));
  const top = niceTop(known.reduce((most, value) => Math.max(most, value), 0));
  const begin = at_s[0] ?? 0;
  const end = Math.max(at_s.at(-1) ?? 1, begin + 1e-3);
  const x = (at: number) => LEFT + ((at - begin) / (end - begin)) * (WIDTH - LEFT - RIGHT);
  const y = (value: number) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(title)}">`,
    text(0, 14, title, { size: 13, fill: LIGHT.text, weight: 600 }),
  ];
  let left = 0;
  lines.forEach((line, at) => {
    const colour = colourOf(line, at);
    const dash = DASHES[at % DASHES.length];
    parts.push(
      `<path d="M${n(left)},28 h18" stroke="${colour}" stroke-width="2"${dash ? ` stroke-dasharray="${dash}"` : ''}/>`,
      text(left + 23, 32, line.label, { size: 11, fill: LIGHT.text2 }),
    );
    left += 23 + textWidth(line.label) * 11 + 14;
  });
  for (let tick = 0; tick <= TICKS; tick++) {
    const value = (top * tick) / TICKS;
    parts.push(
      `<path d="M${LEFT},${n(y(value))} H${WIDTH - RIGHT}" stroke="${LIGHT.line}"/>`,
      text(LEFT - 6, y(value) + 3.5, format(value), { size: 10, fill: LIGHT.text3, anchor: 'end' }),
    );
    const moment = begin + ((end - begin) * tick) / TICKS;
    const anchor = tick === 0 ? 'start' : tick === TICKS ? 'end' : 'middle';
    parts.push(text(x(moment), HEIGHT - 6, formatClock(moment), { size: 10, fill: LIGHT.text3, anchor }));
  }
  for (const mark of marks.filter((at) => at >= begin && at <= end)) {
    parts.push(
      `<path d="M${n(x(mark))},${TOP} V${HEIGHT - BOTTOM}" stroke="${LIGHT.text3}" stroke-dasharray="2 3"/>`,
    );
  }
  lines.forEach((line, at) => {
    const dash = DASHES[at % DASHES.length];
    parts.push(
      `<path d="${pathOf(line.values, at_s, x, y)}" fill="none" stroke="${colourOf(line, at)}" stroke-width="1.75"${dash ? ` stroke-dasharray="${dash}"` : ''}/>`,
    );
  });
  return `${parts.join('')}</svg>`;
}

function colourOf(line: Line, at: number): string {
  return line.colour ?? (LIGHT.chart[at % LIGHT.chart.length] as string);
}

/** Gaps stay gaps. */
function pathOf(
  values: readonly (number | null)[],
  at_s: readonly number[],
  x: (at: number) => number,
  y: (value: number) => number,
): string {
  let pen = 'M';
  const steps: string[] = [];
  values.forEach((value, at) => {
    if (value === null) {
      pen = 'M';
      return;
    }
    steps.push(`${pen}${n(x(at_s[at] as number))},${n(y(value))}`);
    pen = 'L';
  });
  return steps.join(' ') || 'M0,0';
}

/** The next 1, 2 or 5 times a power of ten. */
function niceTop(most: number): number {
  if (!(most > 0)) return 1;
  const decade = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 5, 10].find((candidate) => candidate * decade >= most) as number;
  return step * decade;
}
