import { endGesture } from '../../store';
import type { ControlProps } from './Field';

export function TextField({ id, describedBy, spec, value, disabled, invalid, onChange }: ControlProps) {
  return (
    <input
      id={id}
      type="text"
      className="input"
      value={String(value)}
      disabled={disabled}
      aria-describedby={describedBy}
      aria-invalid={invalid}
      onChange={(event) => {
        const next = event.target.value;
        onChange(next === spec.default ? null : next, `type ${id}`);
      }}
      onBlur={endGesture}
    />
  );
}
