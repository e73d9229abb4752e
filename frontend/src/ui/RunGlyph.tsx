import type { ReactNode } from 'react';
import { LineIcon } from './icons';

const PATHS = {
  play: <path d="M7.5 5v14l11-7Z" fill="currentColor" />,
  pause: <path d="M8.5 5.5v13M15.5 5.5v13" strokeWidth="3.2" />,
  step: (
    <>
      <path d="M6 5.5v13l8.5-6.5Z" fill="currentColor" />
      <path d="M18.25 5.5v13" strokeWidth="2.6" />
    </>
  ),
  restart: (
    <>
      <path d="M4.75 5v4.75H9.5" />
      <path d="M5.2 9.5A7.5 7.5 0 1 1 4.6 13.5" />
    </>
  ),
  viewers: (
    <>
      <path d="M2.75 12S6 5.75 12 5.75 21.25 12 21.25 12 18 18.25 12 18.25 2.75 12 2.75 12Z" />
      <circle cx="12" cy="12" r="2.75" />
    </>
  ),
  lock: (
    <>
      <rect x="5.25" y="10.5" width="13.5" height="9" rx="2" />
      <path d="M8.25 10.5V8a3.75 3.75 0 0 1 7.5 0v2.5" />
    </>
  ),
  fault: <path d="M13 3 5.5 13.5H11L10 21l8-11h-5.75Z" />,
  heal: <path d="M12 5v14M5 12h14" strokeWidth="2.6" />,
  detected: (
    <>
      <circle cx="10.5" cy="10.5" r="6" />
      <path d="m15 15 5 5" />
    </>
  ),
  recovered: <path d="m5 12.5 4.5 4.5L19 7.5" />,
  promoted: <path d="M12 19.5V5M6 11l6-6 6 6" />,
  lost_writes: (
    <>
      <path d="M12 4 21 19.5H3Z" />
      <path d="M12 10v4.25M12 17h.01" />
    </>
  ),
  edit: <path d="M4.5 19.5 5.5 15 16 4.5l3.5 3.5L9 18.5Z" />,
  limit: <path d="M12 4v11M12 19.25h.01" strokeWidth="2.6" />,
  breaker_opened: <path d="M3 15h5.5l6.5-7M16 15h5" />,
  breaker_half_open: <path d="M3 15h5.5l7-3.5M16 15h5" />,
  breaker_closed: <path d="M3 15h18" />,
  diverged: <path d="M12 20v-7L6 5M12 13l6-8" />,
  resharding: <path d="M4 8.5h14l-4-4M20 15.5H6l4 4" />,
  alarm: <path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15ZM10 20.5h4" />,
  alarm_over: <path d="M6 16.5V11a6 6 0 0 1 12 0M10 20.5h4M13 16l2.25 2.25L20 13.5" />,
  left_out: <path d="M12 3.75a8.25 8.25 0 1 0 0 16.5 8.25 8.25 0 0 0 0-16.5ZM8 12h8" />,
  missed_starts: <path d="M12 3.75a8.25 8.25 0 1 0 0 16.5 8.25 8.25 0 0 0 0-16.5ZM12 7.5V12M5.5 5.5l13 13" />,
  resharded: <path d="M4 8.5h14l-4-4M7 17l3.5 3.5L18 14" />,
} satisfies Record<string, ReactNode>;

export type RunGlyphName = keyof typeof PATHS;

export function hasGlyph(name: string): name is RunGlyphName {
  return name in PATHS;
}

/** Icons of running and of what happens in a run, on the same 24 × 24 grid and stroke as the page's others. */
export function RunGlyph({ name }: { name: RunGlyphName }) {
  return <LineIcon>{PATHS[name]}</LineIcon>;
}
