import type { FaultSpec } from '../core/catalog';
import { strengthFrom } from '../core/faults';
import { useTexts } from '../useTexts';

interface Props {
  spec: FaultSpec;
  text: string;
  label: string;
  disabled?: boolean;
  onChange: (text: string) => void;
}

/** How strong a fault is, in its own unit. */
export function StrengthField({ spec, text, label, disabled = false, onChange }: Props) {
  const { t } = useTexts();
  const numbered = spec.unit === 'shard';
  return (
    <label className="fault-factor" title={label}>
      {spec.unit === 'x' && <span aria-hidden="true">×</span>}
      {numbered && <span aria-hidden="true">{t('live.faults.shard')}</span>}
      <input
        className="input"
        type="number"
        min={numbered ? '1' : '0'}
        max={spec.factor_max}
        step={numbered ? '1' : 'any'}
        value={text}
        disabled={disabled}
        aria-label={label}
        aria-invalid={strengthFrom(text, spec) === null}
        onChange={(event) => onChange(event.target.value)}
      />
      {spec.unit === 's' && <span aria-hidden="true">s</span>}
    </label>
  );
}
