import { formatRatio } from '../../core/format';
import { sharesOf, type Weights, weightsIn, weightsText } from '../../core/weights';
import { Glyph } from '../../ui/icons';
import { useTexts } from '../../useTexts';
import type { ControlProps } from './Field';

/** Names from a list, each with a weight: one line for each, and a menu of those that are not there yet. */
export function WeightsField({ id, describedBy, spec, value, disabled, invalid, onChange }: ControlProps) {
  const { t, tr } = useTexts();
  const weights = weightsIn(String(value));
  const shares = sharesOf(weights);
  const missing = Object.keys(spec.choices).filter((name) => !weights.some(([known]) => known === name));
  const keep = (next: Weights, gesture: string | null = null) => {
    const text = next.some(([, weight]) => weight > 0) ? weightsText(next) : '';
    onChange(text === spec.default ? null : text, gesture);
  };
  const titleOf = (name: string) => tr(spec.choices[name] ?? name);
  return (
    <div className="weights" data-empty={weights.length === 0 || undefined}>
      {weights.length > 0 && (
        <ul>
          {weights.map(([name, weight], index) => (
            <li key={name}>
              <span className="weights-name">{titleOf(name)}</span>
              <input
                className="input"
                type="number"
                min="0"
                step="any"
                value={weight}
                disabled={disabled}
                aria-label={t('inspector.weight_of', { name: titleOf(name) })}
                aria-invalid={invalid}
                onChange={(event) => {
                  const typed = Math.max(Number(event.target.value) || 0, 0);
                  keep(
                    weights.map((pair) => (pair[0] === name ? [name, typed] : pair)),
                    `weigh ${id} ${name}`,
                  );
                }}
              />
              <span className="weights-share">{formatRatio(shares[index] ?? 0)}</span>
              {!disabled && (
                <button
                  type="button"
                  className="button quiet icon small"
                  title={t('inspector.weight_remove', { name: titleOf(name) })}
                  onClick={() => keep(weights.filter(([known]) => known !== name))}
                >
                  <Glyph name="trash" />
                  <span className="visually-hidden">
                    {t('inspector.weight_remove', { name: titleOf(name) })}
                  </span>
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      <select
        id={id}
        className="input"
        value=""
        disabled={disabled || missing.length === 0}
        aria-describedby={describedBy}
        onChange={(event) => {
          if (event.target.value) keep([...weights, [event.target.value, weights.at(-1)?.[1] || 1]]);
        }}
      >
        <option value="">{t('inspector.weight_add')}</option>
        {missing.map((name) => (
          <option key={name} value={name}>
            {titleOf(name)}
          </option>
        ))}
      </select>
    </div>
  );
}
