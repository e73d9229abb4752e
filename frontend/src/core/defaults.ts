/** A parameter's values in words. */
import type { ParameterSpec, ParameterValue } from './catalog';
import { t, tr } from './i18n';
import { formatQuantity } from './units';

export function defaultText(spec: ParameterSpec): string {
  return valueText(spec, spec.default);
}

export function valueText(spec: ParameterSpec, value: ParameterValue): string {
  if (typeof value === 'number') return formatQuantity(value, spec.unit, 6);
  if (typeof value === 'boolean') return t(value ? 'inspector.on' : 'inspector.off');
  return tr(spec.choices[value] ?? value) || '–';
}
