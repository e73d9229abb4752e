/** On a screen with room for them, the charts open with the first run; whoever closes them is not asked again. */
import { readFlags } from './core/linkFlags';
import { recall, remember } from './core/memory';
import { useRun } from './runStore';
import { openDrawer, useEditor } from './store';

const CLOSED_KEY = 'playground.charts_closed';
const ROOM = '(width > 720px) and (height > 560px)';

/** Follow the run and the drawer; returns the way to stop. */
export function chartsOnFirstRun(): () => void {
  let opened = recall(CLOSED_KEY) !== null || readFlags(location.search).flags.panel === 'none';
  const stops = [
    useRun.subscribe(({ run }) => {
      if (opened || run?.status !== 'running') return;
      opened = true;
      if (useEditor.getState().drawer === null && matchMedia(ROOM).matches) openDrawer('charts');
    }),
    useEditor.subscribe(({ drawer }, before) => {
      if (before.drawer === drawer) return;
      if (before.drawer === 'charts' && drawer === null) remember(CLOSED_KEY, 'yes');
      else if (drawer === 'charts') remember(CLOSED_KEY, null);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
