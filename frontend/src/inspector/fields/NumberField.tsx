import { useState } from 'react';
import { displayUnit, formatQuantity, parseQuantity, plainNumber, sliderScale } from '../../core/units';
import { endGesture } from '../../store';
import { useTexts } from '../../useTexts';
import type { ControlProps } from './Field';

const SLIDER_STEPS = 1000;

/** A number with its unit as people read it; the document keeps SI. A slider where both bounds are known. */
export function NumberField(props: ControlProps) {
  const { id, describedBy, spec, value, disabled, invalid, onChange, onDraftError } = props;
  const { t, tr } = useTexts();
  const number = typeof value === 'number' ? value : Number(spec.default);
  const unit = displayUnit(spec.unit, number === 0 ? Number(spec.default) : number);
  const [draft, setDraft] = useState<string | null>(null);
  const scale = sliderScale(spec.ge ?? spec.gt, spec.le, Number(spec.default));

  const submit = (next: number, gesture: string | null) => {
    const bounded = spec.type === 'int' ? Math.round(next) : next;
    onChange(bounded === spec.default ? null : bounded, gesture);
  };
  const type = (text: string) => {
    setDraft(text);
    const parsed = parseQuantity(text, spec.unit, unit);
    const error = parsed === null ? t('inspector.not_a_number') : boundError(parsed, spec, t);
    onDraftError(error);
    if (parsed !== null && error === null) submit(parsed, `type ${id}`);
  };
  const finish = () => {
    setDraft(null);
    onDraftError(null);
    endGesture();
  };
  const slide = (position: number) => {
    if (!scale) return;
    const exact = scale.toValue(position / SLIDER_STEPS);
    const neat = Number(exact.toPrecision(exact >= 1000 && spec.type === 'int' ? 3 : 2));
    submit(clamped(neat, spec), `slide ${id}`);
  };
  return (
    <>
      <div className="number">
        <input
          id={id}
          type="text"
          inputMode="decimal"
          autoComplete="off"
          className="input"
          disabled={disabled}
          aria-describedby={describedBy}
          aria-invalid={invalid}
          value={draft ?? plainNumber(number / unit.factor)}
          onChange={(event) => type(event.target.value)}
          onBlur={finish}
          onKeyDown={(event) => {
            if (event.key === 'Enter') finish();
            if (event.key === 'Escape') finish();
          }}
        />
        {unit.symbol && <span className="unit">{unit.symbol}</span>}
      </div>
      {scale && (
        <input
          type="range"
          className="slider"
          min={0}
          max={SLIDER_STEPS}
          step={1}
          disabled={disabled}
          aria-label={tr(spec.label)}
          aria-valuetext={formatQuantity(number, spec.unit)}
          value={Math.round(scale.toPosition(number) * SLIDER_STEPS)}
          onChange={(event) => slide(Number(event.target.value))}
          onPointerUp={endGesture}
          onKeyUp={endGesture}
        />
      )}
    </>
  );
}

function clamped(value: number, spec: ControlProps['spec']): number {
  const low = spec.ge ?? spec.gt ?? Number.NEGATIVE_INFINITY;
  const bounded = Math.min(spec.le ?? Number.POSITIVE_INFINITY, Math.max(low, value));
  return spec.gt !== null && bounded <= spec.gt ? Number(spec.default) : bounded;
}

function boundError(
  value: number,
  spec: ControlProps['spec'],
  t: (key: string, values: Record<string, unknown>) => string,
): string | null {
  const bound = (limit: number) => formatQuantity(limit, spec.unit, 6);
  if (spec.ge !== null && value < spec.ge) return t('inspector.at_least', { bound: bound(spec.ge) });
  if (spec.gt !== null && value <= spec.gt) return t('inspector.more_than', { bound: bound(spec.gt) });
  if (spec.le !== null && value > spec.le) return t('inspector.at_most', { bound: bound(spec.le) });
  if (spec.type === 'int' && !Number.isInteger(value)) return t('inspector.whole', {});
  return null;
}
