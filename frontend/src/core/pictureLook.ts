/** Colours of pictures that leave the page: those of styles/tokens.css, live/live.css and charts.css, for a file has no style sheet. */

export interface Look {
  canvas: string;
  surface: string;
  surface2: string;
  surface3: string;
  line: string;
  lineStrong: string;
  text: string;
  text2: string;
  text3: string;
  accent: string;
  accentSoft: string;
  good: string;
  danger: string;
  wire: string;
  busy: string;
  onStrong: string;
  mode: string;
  chart: readonly string[];
}

export const LIGHT: Look = {
  canvas: '#f4f5f7',
  surface: '#ffffff',
  surface2: '#f7f8fa',
  surface3: '#eceef2',
  line: '#e0e3e9',
  lineStrong: '#868e9d',
  text: '#1b2130',
  text2: '#4c5568',
  text3: '#626b7d',
  accent: '#3457d5',
  accentSoft: '#e8edfd',
  good: '#1f7a4d',
  danger: '#b3261e',
  wire: '#a0a8b8',
  busy: '#b45309',
  onStrong: '#ffffff',
  mode: '#5b3fc4',
  chart: ['#3457d5', '#b45309', '#8a3ffc', '#0e7490', '#be185d', '#4d7c0f'],
};

export const DARK: Look = {
  canvas: '#11141b',
  surface: '#191d26',
  surface2: '#1f242f',
  surface3: '#2a303d',
  line: '#2d3442',
  lineStrong: '#737d90',
  text: '#e9ecf2',
  text2: '#b7bfcd',
  text3: '#98a2b4',
  accent: '#8ea6ff',
  accentSoft: '#252f52',
  good: '#62c795',
  danger: '#ff8f85',
  wire: '#5b6577',
  busy: '#f0b04a',
  onStrong: '#11141b',
  mode: '#b8a4ff',
  chart: ['#8ea6ff', '#f0b04a', '#c8a2ff', '#4fc3d9', '#f58bb8', '#a3d15a'],
};

/** Fonts that people have; the page's own come first where they are installed. */
export const PICTURE_FONT =
  "Inter, Pretendard, 'Apple SD Gothic Neo', 'Malgun Gothic', 'Noto Sans CJK KR', 'Noto Sans KR', system-ui, sans-serif";

const WIDTH_MOST = 14;

/** Width of a connection in flow pixels: a root, so that ten times the traffic is about three times as thick. */
export function edgeWidth(rate_rps: number): number {
  return rate_rps <= 0 ? 0 : Math.min(WIDTH_MOST, 1.5 + 0.3 * Math.sqrt(rate_rps));
}
