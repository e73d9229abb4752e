/** Files dropped anywhere on the page: their text waits here until the dialog that reads it is there. */
import { t } from './core/i18n';
import { notify } from './store';
import { openDialog } from './view';

/** No drawing that can be read is larger. */
export const FILE_BYTES_MAX = 2_000_000;

type Listener = () => void;
const listeners = new Set<Listener>();
let waiting: string | null = null;

export const incoming = {
  subscribe: (listener: Listener): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

/** The text of the file dropped last, once. */
export function takeIncoming(): string | null {
  const text = waiting;
  waiting = null;
  return text;
}

/** Open dropped files instead of letting the browser leave the page for them; returns the way to stop. */
export function watchDrops(): () => void {
  const over = (event: DragEvent) => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
  };
  const drop = (event: DragEvent) => {
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    void receive(file);
  };
  addEventListener('dragover', over);
  addEventListener('drop', drop);
  return () => {
    removeEventListener('dragover', over);
    removeEventListener('drop', drop);
  };
}

async function receive(file: File): Promise<void> {
  if (file.size > FILE_BYTES_MAX) {
    notify(t('notice.file_too_large', { limit: FILE_BYTES_MAX / 1e6 }), 'error');
    return;
  }
  waiting = await file.text();
  openDialog('import');
  for (const listener of listeners) listener();
}
