import type { ReactNode } from 'react';

/** The page's own line icons, drawn on the same 24 × 24 grid and with the same stroke as the components' icons. */
const PATHS = {
  undo: (
    <>
      <path d="M8.5 5 4 9.5 8.5 14" />
      <path d="M4.5 9.5h9.25a5.25 5.25 0 0 1 0 10.5H10" />
    </>
  ),
  redo: (
    <>
      <path d="M15.5 5 20 9.5 15.5 14" />
      <path d="M19.5 9.5h-9.25a5.25 5.25 0 0 0 0 10.5H14" />
    </>
  ),
  share: (
    <>
      <path d="M12 14.5V3.75" />
      <path d="M8 7.5l4-4 4 4" />
      <path d="M5 12.5v5.25A2.25 2.25 0 0 0 7.25 20h9.5A2.25 2.25 0 0 0 19 17.75V12.5" />
    </>
  ),
  sun: (
    <>
      <circle cx="12" cy="12" r="4" />
      <path d="M12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1M17.3 17.3l1.1 1.1M18.4 5.6l-1.1 1.1M6.7 17.3l-1.1 1.1" />
    </>
  ),
  moon: <path d="M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10Z" />,
  system: (
    <>
      <circle cx="12" cy="12" r="8" />
      <path d="M12 4a8 8 0 0 1 0 16Z" fill="currentColor" />
    </>
  ),
  keyboard: (
    <>
      <rect x="2.75" y="6" width="18.5" height="12" rx="2" />
      <path d="M6.5 9.75h.01M10 9.75h.01M14 9.75h.01M17.5 9.75h.01M7.5 14.25h9" />
    </>
  ),
  compare: (
    <>
      <rect x="3.5" y="5" width="7" height="14" rx="1.5" />
      <rect x="13.5" y="5" width="7" height="14" rx="1.5" strokeDasharray="2.5 2.2" />
    </>
  ),
  close: <path d="m6 6 12 12M18 6 6 18" />,
  plus: <path d="M12 5v14M5 12h14" />,
  group: <path d="M4.5 7.5v-3h3M16.5 4.5h3v3M19.5 16.5v3h-3M7.5 19.5h-3v-3M9 9h6v6H9Z" />,
  minus: <path d="M5 12h14" />,
  fit: (
    <path d="M4 9V5.5A1.5 1.5 0 0 1 5.5 4H9M15 4h3.5A1.5 1.5 0 0 1 20 5.5V9M20 15v3.5a1.5 1.5 0 0 1-1.5 1.5H15M9 20H5.5A1.5 1.5 0 0 1 4 18.5V15" />
  ),
  search: (
    <>
      <circle cx="10.5" cy="10.5" r="6" />
      <path d="m15 15 5 5" />
    </>
  ),
  trash: (
    <>
      <path d="M4.5 6.5h15" />
      <path d="M9.5 6.5V4.75h5V6.5" />
      <path d="M6.5 6.5l.75 12.25a1.5 1.5 0 0 0 1.5 1.25h6.5a1.5 1.5 0 0 0 1.5-1.25L17.5 6.5" />
    </>
  ),
  download: (
    <>
      <path d="M12 4v10.5" />
      <path d="m8 11 4 4 4-4" />
      <path d="M5 16.5v1.25A2.25 2.25 0 0 0 7.25 20h9.5A2.25 2.25 0 0 0 19 17.75V16.5" />
    </>
  ),
  upload: (
    <>
      <path d="M12 15V4.5" />
      <path d="m8 8 4-4 4 4" />
      <path d="M5 16.5v1.25A2.25 2.25 0 0 0 7.25 20h9.5A2.25 2.25 0 0 0 19 17.75V16.5" />
    </>
  ),
  film: (
    <>
      <rect x="3.5" y="6.5" width="11.5" height="11" rx="2" />
      <path d="m15 11 5.5-3v8L15 13" />
    </>
  ),
  copy: (
    <>
      <rect x="8.5" y="8.5" width="11" height="11.5" rx="2" />
      <path d="M15.5 8.5V6a2 2 0 0 0-2-2H6.5a2 2 0 0 0-2 2v7.5a2 2 0 0 0 2 2h2" />
    </>
  ),
  link: (
    <>
      <path d="M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1" />
      <path d="M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1" />
    </>
  ),
  connect: (
    <>
      <circle cx="5.5" cy="12" r="2.5" />
      <circle cx="18.5" cy="12" r="2.5" />
      <path d="M8 12h8" />
      <path d="m13.5 9.5 2.5 2.5-2.5 2.5" />
    </>
  ),
  reset: (
    <>
      <path d="M5 5v4.5h4.5" />
      <path d="M5.3 9.5A7.5 7.5 0 1 1 4.5 13" />
    </>
  ),
  error: (
    <>
      <path d="M12 4 21 19.5H3Z" />
      <path d="M12 10v4.25M12 17h.01" />
    </>
  ),
  info: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M12 11v5.5M12 7.75h.01" />
    </>
  ),
  check: <path d="m5 12.5 4.5 4.5L19 7.5" />,
  chevron: <path d="m7 10 5 5 5-5" />,
  sliders: (
    <>
      <path d="M4 7h9M17 7h3M4 17h3M11 17h9" />
      <circle cx="15" cy="7" r="2" />
      <circle cx="9" cy="17" r="2" />
    </>
  ),
  list: <path d="M8.5 6.5H20M8.5 12H20M8.5 17.5H20M4.5 6.5h.01M4.5 12h.01M4.5 17.5h.01" />,
  chart: <path d="M4 19.5h16M6 15l4-5 3.5 3L19 6" />,
  tidy: (
    <>
      <rect x="3.5" y="4" width="6" height="5" rx="1.25" />
      <rect x="14.5" y="4" width="6" height="5" rx="1.25" />
      <rect x="14.5" y="15" width="6" height="5" rx="1.25" />
      <path d="M9.5 6.5h5M12 6.5v11h2.5" />
    </>
  ),
  send: <path d="M4 12 20 4.5 15.5 19.5 11.5 13Z M11.5 13 20 4.5" />,
  more: <path d="M6 12h.01M12 12h.01M18 12h.01" />,
} satisfies Record<string, ReactNode>;

export type GlyphName = keyof typeof PATHS;

export function Glyph({ name }: { name: GlyphName }) {
  return <LineIcon>{PATHS[name]}</LineIcon>;
}

/** What all of the page's icons have in common. */
export function LineIcon({ children }: { children: ReactNode }) {
  return (
    <svg
      className="icon-glyph"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}
