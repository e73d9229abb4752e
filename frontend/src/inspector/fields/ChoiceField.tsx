import { useTexts } from '../../useTexts';
import type { ControlProps } from './Field';

export function ChoiceField({ id, describedBy, spec, value, disabled, invalid, onChange }: ControlProps) {
  const { tr } = useTexts();
  return (
    <select
      id={id}
      className="input"
      value={String(value)}
      disabled={disabled}
      aria-describedby={describedBy}
      aria-invalid={invalid}
      onChange={(event) => {
        const next = event.target.value;
        onChange(next === spec.default ? null : next, null);
      }}
    >
      {Object.entries(spec.choices).map(([choice, label]) => (
        <option key={choice} value={choice}>
          {tr(label)}
        </option>
      ))}
    </select>
  );
}
