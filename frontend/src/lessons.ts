/** Keeps at hand what the opened document teaches, whichever way it was opened: the document names its lesson. */
import { api } from './core/api';
import { useEditor } from './store';

/** Follow the document from now on. */
export function followLesson(): void {
  useEditor.subscribe(({ document }, before) => {
    if (document.lesson !== before.document.lesson) void provide(document.lesson);
  });
}

async function provide(id: string): Promise<void> {
  const known = useEditor.getState().library.find((entry) => entry.id === id) ?? null;
  useEditor.setState({ lesson: known });
  if (known || id === '') return;
  // A lesson that this server does not have (any more) leaves a drawing like any other.
  const found = await api.libraryEntry(id).catch(() => null);
  if (useEditor.getState().document.lesson === id) useEditor.setState({ lesson: found });
}
