/** How a link wants its scenario to open, told in its address: `?run=1&panel=charts&layout=present`. */

export const DRAWER_TABS = [
  'charts',
  'events',
  'requests',
  'faults',
  'problems',
  'outline',
  'estimate',
] as const;
export type DrawerTab = (typeof DRAWER_TABS)[number];

export interface LinkFlags {
  /** the run starts at once, when whoever opens the link may start it */
  run: boolean;
  /** what the lower edge shows; null leaves that to the page */
  panel: DrawerTab | 'none' | null;
  /** the drawing alone, for a projector */
  present: boolean;
}

export const NO_FLAGS: LinkFlags = { run: false, panel: null, present: false };

/** Of a value that nobody knows, so much is repeated to whoever opened the link. */
const SHOWN_LENGTH_MAX = 30;

export const PANEL_CHOICES: readonly (DrawerTab | 'none')[] = ['none', ...DRAWER_TABS];

/** Read the flags of an address; `unknown` are those whose value means nothing, as `name=value`. */
export function readFlags(search: string): { flags: LinkFlags; unknown: string[] } {
  const asked = new URLSearchParams(search);
  const unknown: string[] = [];
  const chosen = <Value extends string>(name: string, values: readonly Value[]): Value | null => {
    const text = asked.get(name);
    const known = values.find((value) => value === text) ?? null;
    if (text !== null && known === null) unknown.push(`${name}=${text.slice(0, SHOWN_LENGTH_MAX)}`);
    return known;
  };
  const flags: LinkFlags = {
    run: chosen('run', ['1']) !== null,
    panel: chosen('panel', PANEL_CHOICES),
    present: chosen('layout', ['present']) !== null,
  };
  return { flags, unknown };
}

/** What to put behind a link; empty when it opens as any other. A link that only watches starts nothing. */
export function flagsOf(flags: LinkFlags, permission: 'view' | 'edit'): string {
  const asked = new URLSearchParams();
  if (flags.run && permission === 'edit') asked.set('run', '1');
  if (flags.panel) asked.set('panel', flags.panel);
  if (flags.present) asked.set('layout', 'present');
  const text = asked.toString();
  return text && `?${text}`;
}
