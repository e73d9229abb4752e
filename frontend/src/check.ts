/** Ask the server what it thinks of the drawing, a moment after each edit. */
import { api } from './core/api';
import type { ScenarioDocument } from './core/document';
import { useEditor } from './store';

const CHECK_AFTER_MS = 250;
let timer: ReturnType<typeof setTimeout> | undefined;
let asking: AbortController | null = null;
let checked: ScenarioDocument | null = null;

/** Follow the document; returns the way to stop. */
export function followDocument(): () => void {
  schedule();
  const stop = useEditor.subscribe((state, before) => {
    if (state.document !== before.document) schedule();
  });
  return () => {
    stop();
    clearTimeout(timer);
    asking?.abort();
  };
}

function schedule(): void {
  clearTimeout(timer);
  timer = setTimeout(() => void check(), CHECK_AFTER_MS);
}

async function check(): Promise<void> {
  const { document } = useEditor.getState();
  if (document === checked) return;
  asking?.abort();
  if (document.nodes.length === 0 && document.estimate === null) {
    checked = document;
    useEditor.setState({ diagnostics: [], analysis: null });
    return;
  }
  const request = new AbortController();
  asking = request;
  try {
    const { diagnostics, analysis } = await api.check(document, request.signal);
    checked = document;
    useEditor.setState({ diagnostics: merged(diagnostics, analysis?.diagnostics ?? []), analysis });
  } catch {
    // Superseded by a newer question, or the server is away: the last answer stays until the next edit.
  }
}

/** The analysis repeats none of the document's own problems, but a server may send both lists in one. */
function merged<
  T extends { code: string; node_id: string | null; edge_id: string | null; field: string | null },
>(first: T[], second: T[]): T[] {
  const key = (item: T) => [item.code, item.node_id, item.edge_id, item.field].join(' ');
  const known = new Set(first.map(key));
  return [...first, ...second.filter((item) => !known.has(key(item)))];
}
