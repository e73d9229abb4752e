/** Keeps the phases of the run that this page shows. */
import { feed } from './core/feed';
import { PhaseLog } from './core/phases';
import { situationOf } from './core/situation';
import { useEditor } from './store';

export const phaseLog = new PhaseLog();
const EVERY_FRAMES = 5;

/** Follow the run; returns the way to stop. */
export function followPhases(): () => void {
  let frames = 0;
  return feed.subscribe((change) => {
    if (change === 'reset') phaseLog.clear();
    if (change !== 'frame' || !feed.frame || frames++ % EVERY_FRAMES !== 0) return;
    const { tone } = situationOf(feed, feed.run, useEditor.getState().document);
    phaseLog.note(feed.frame.now_s, tone, EVERY_FRAMES * feed.frame.window_s);
  });
}
