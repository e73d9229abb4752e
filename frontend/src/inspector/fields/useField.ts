import { useEffect, useMemo, useRef, useState } from 'react';
import { useEditor } from '../../store';
import { useView } from '../../view';

/** The server's remarks about one setting, and the error of the text being typed. */
export function useFieldDiagnostics(
  owner: { node_id: string | null; edge_id: string | null },
  field: string,
) {
  const diagnostics = useEditor((state) => state.diagnostics);
  const [draftError, setDraftError] = useState<string | null>(null);
  const problems = useMemo(
    () =>
      diagnostics.filter(
        (item) => item.field === field && item.node_id === owner.node_id && item.edge_id === owner.edge_id,
      ),
    [diagnostics, field, owner.node_id, owner.edge_id],
  );
  return { problems, draftError, setDraftError };
}

/** Scrolls to a setting and focuses it when something else on the page asked for it. */
export function useTargetFocus(field: string, id: string) {
  const row = useRef<HTMLDivElement>(null);
  const wanted = useView((state) => state.target?.field === field);
  useEffect(() => {
    if (!wanted) return;
    const details = row.current?.closest('details');
    if (details) details.open = true;
    const control = document.getElementById(id);
    control?.scrollIntoView({ block: 'center' });
    control?.focus();
    if (control instanceof HTMLInputElement && control.type === 'text') control.select();
    useView.setState({ target: null });
  }, [wanted, id]);
  return row;
}
