/** What a link asks for when it opens: that the run starts, what is shown below, the drawing alone. */
import { t } from './core/i18n';
import { readFlags } from './core/linkFlags';
import { onWelcome, play, useRun } from './runStore';
import { notify, openDrawer, useEditor } from './store';
import { openSheet, present } from './view';

/** Follow the flags of the address once; returns the way to stop waiting for the line. */
export function followFlags(search = location.search): () => void {
  if (useEditor.getState().token === null) return () => {};
  const { flags, unknown } = readFlags(search);
  if (unknown.length > 0) notify(t('share.flag_unknown', { flags: unknown.join(', ') }), 'error');
  if (flags.panel && flags.panel !== 'none') {
    openDrawer(flags.panel);
    openSheet('drawer');
  }
  if (flags.present) present(true);
  if (!flags.run) return () => {};
  const stop = onWelcome(() => {
    stop(); // a line that comes back later starts nothing
    startRun();
  });
  return stop;
}

/** A run that goes on, that somebody has paused or that failed is left as it is. */
function startRun(): void {
  const { run } = useRun.getState();
  const { permission, document } = useEditor.getState();
  if (run?.status !== 'stopped') return;
  if (!run.can_control || permission === 'view') notify(t('share.flag_watch'));
  else if (document.nodes.length === 0) notify(t('live.run.no_nodes'));
  else void play();
}
