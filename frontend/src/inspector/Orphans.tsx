import { useEditor } from '../store';
import { ProblemItem } from '../ui/ProblemItem';

interface Props {
  owner: { node_id: string | null; edge_id: string | null };
  /** settings that show their own remarks */
  fields: readonly string[];
}

/** Remarks about the selected thing that belong to no single setting. */
export function Orphans({ owner, fields }: Props) {
  const diagnostics = useEditor((state) => state.diagnostics);
  const own = diagnostics.filter(
    (item) =>
      item.node_id === owner.node_id &&
      item.edge_id === owner.edge_id &&
      (item.field === null || !fields.includes(item.field)),
  );
  if (own.length === 0) return null;
  return (
    <ul className="orphans">
      {own.map((item) => (
        <li key={item.code + item.text}>
          <ProblemItem problem={item} />
        </li>
      ))}
    </ul>
  );
}
