import type { ReactNode } from 'react';
import type { ParameterSpec, ParameterValue } from '../core/catalog';
import type { Parameters } from '../core/document';
import { useTexts } from '../useTexts';
import { Field } from './fields/Field';

interface Props {
  specs: readonly ParameterSpec[];
  parameters: Parameters;
  owner: { node_id: string | null; edge_id: string | null };
  disabled: boolean;
  /** the settings with which the run began; null when that cannot be compared */
  begun?: Readonly<Parameters> | null;
  pathPrefix?: string;
  onChange: (spec: ParameterSpec, value: ParameterValue | null, gesture: string | null) => void;
}

/** Declared parameters under their headings; the rarely needed ones are folded away. */
export function ParameterGroups(props: Props) {
  const { specs, parameters, owner, disabled, begun, pathPrefix = '', onChange } = props;
  const { t, tr } = useTexts();
  const common = specs.filter((spec) => !spec.advanced);
  const advanced = specs.filter((spec) => spec.advanced);
  const groups = groupsOf(common);
  const field = (spec: ParameterSpec) => (
    <Field
      key={spec.name}
      spec={spec}
      value={parameters[spec.name] ?? spec.default}
      owner={owner}
      path={pathPrefix + spec.name}
      disabled={disabled}
      begun={begun ? (begun[spec.name] ?? spec.default) : undefined}
      onChange={(value, gesture) => onChange(spec, value, gesture)}
    />
  );
  return (
    <>
      {groups.map((group) => {
        const fields = common.filter((spec) => spec.group === group).map(field);
        if (groups.length === 1) return <FieldList key={group}>{fields}</FieldList>;
        return (
          <details key={group} className="field-group" open={!FOLDED.has(group)}>
            <summary>{capitalized(tr(group))}</summary>
            {fields}
          </details>
        );
      })}
      {advanced.length > 0 && (
        <details className="field-group">
          <summary>{t('inspector.advanced', { count: advanced.length })}</summary>
          {advanced.map(field)}
        </details>
      )}
    </>
  );
}

function FieldList({ children }: { children: ReactNode }) {
  return <section className="field-group">{children}</section>;
}

/** What a component is about comes first; how it calls others is the same everywhere and comes last. */
const LAST = ['network', 'routing', 'jobs', 'replication', 'failover', 'calls', 'health checks'];
const FOLDED: ReadonlySet<string> = new Set(['calls', 'health checks']);

function groupsOf(specs: readonly ParameterSpec[]): string[] {
  const groups = [...new Set(specs.map((spec) => spec.group))];
  const rank = (group: string) => LAST.indexOf(group);
  return groups.sort((a, b) => rank(a) - rank(b));
}

function capitalized(text: string): string {
  return text.slice(0, 1).toLocaleUpperCase() + text.slice(1);
}
