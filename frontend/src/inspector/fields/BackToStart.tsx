import type { ParameterSpec, ParameterValue } from '../../core/catalog';
import { valueText } from '../../core/defaults';
import '../../ui/since.css';
import { useTexts } from '../../useTexts';
import type { FieldProps } from './Field';

interface Props {
  spec: ParameterSpec;
  /** the value with which the run began, which is another than now */
  begun: ParameterValue;
  disabled: boolean;
  onChange: FieldProps['onChange'];
}

/** The lozenge of a setting that was changed since the run began: what it was, and the way back. */
export function BackToStart({ spec, begun, disabled, onChange }: Props) {
  const { t, tr } = useTexts();
  const words = t(disabled ? 'since.was' : 'since.back', { value: valueText(spec, begun) });
  if (disabled) {
    return (
      <span className="since" title={words}>
        <span className="visually-hidden">{words}</span>
      </span>
    );
  }
  return (
    <button
      type="button"
      className="since"
      title={words}
      onClick={() => onChange(begun === spec.default ? null : begun, null)}
    >
      <span className="visually-hidden">
        {tr(spec.label)}: {words}
      </span>
    </button>
  );
}
