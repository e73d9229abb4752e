import { useTexts } from '../../useTexts';
import type { ControlProps } from './Field';

export function BoolField({ id, describedBy, spec, value, disabled, onChange }: ControlProps) {
  const { t } = useTexts();
  const on = value === true;
  return (
    <span className="switch">
      <input
        id={id}
        type="checkbox"
        role="switch"
        checked={on}
        aria-checked={on}
        disabled={disabled}
        aria-describedby={describedBy}
        onChange={(event) => {
          const next = event.target.checked;
          onChange(next === spec.default ? null : next, null);
        }}
      />
      <span aria-hidden="true">{t(on ? 'inspector.on' : 'inspector.off')}</span>
    </span>
  );
}
