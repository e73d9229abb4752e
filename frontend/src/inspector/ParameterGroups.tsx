import type { ParameterSpec, ParameterValue } from '../core/catalog';
import type { Parameters } from '../core/document';
import { useTexts } from '../useTexts';
import { Field } from './fields/Field';

interface Props {
  specs: readonly ParameterSpec[];
  parameters: Parameters;
  owner: { node_id: string | null; edge_id: string | null };
  disabled: boolean;
  pathPrefix?: string;
  onChange: (spec: ParameterSpec, value: ParameterValue | null, gesture: string | null) => void;
}

/** Declared parameters under their headings; the rarely needed ones are folded away. */
export function ParameterGroups({ specs, parameters, owner, disabled, pathPrefix = '', onChange }: Props) {
  const { t } = useTexts();
  const common = specs.filter((spec) => !spec.advanced);
  const advanced = specs.filter((spec) => spec.advanced);
  const groups = [...new Set(common.map((spec) => spec.group))];
  const field = (spec: ParameterSpec) => (
    <Field
      key={spec.name}
      spec={spec}
      value={parameters[spec.name] ?? spec.default}
      owner={owner}
      path={pathPrefix + spec.name}
      disabled={disabled}
      onChange={(value, gesture) => onChange(spec, value, gesture)}
    />
  );
  return (
    <>
      {groups.map((group) => (
        <section key={group} className="field-group">
          {groups.length > 1 && <h3>{t(`parameters.${group}`, { defaultValue: group })}</h3>}
          {common.filter((spec) => spec.group === group).map(field)}
        </section>
      ))}
      {advanced.length > 0 && (
        <details className="field-group advanced">
          <summary>{t('inspector.advanced', { count: advanced.length })}</summary>
          {advanced.map(field)}
        </details>
      )}
    </>
  );
}
