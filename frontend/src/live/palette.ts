/** Colours for canvas drawing, read from the style sheet so that themes have one home. */
const VARIABLES = {
  followed: '--live-followed',
  circle: '--live-read',
  diamond: '--live-write',
  triangle: '--live-job',
  answer: '--live-answer',
  failed: '--live-failed',
  edge: '--live-edge',
  calm: '--live-calm',
  busy: '--live-busy',
  full: '--live-full',
  track: '--live-track',
  text: '--live-text',
  muted: '--live-muted',
  surface: '--live-surface',
  onStrong: '--live-on-strong',
  mode: '--live-mode',
} as const;

export type Palette = Record<keyof typeof VARIABLES, string> & { font: string };

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const entries = Object.entries(VARIABLES).map(([name, variable]) => [
    name,
    style.getPropertyValue(variable).trim() || '#888',
  ]);
  return {
    ...(Object.fromEntries(entries) as Record<keyof typeof VARIABLES, string>),
    font: style.fontFamily,
  };
}
