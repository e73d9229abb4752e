/** A parameter's default in words. */
import type { ParameterSpec } from './catalog';
import { t, tr } from './i18n';
import { formatQuantity } from './units';

export function defaultText(spec: ParameterSpec): string {
  const value = spec.default;
  if (typeof value === 'number') return formatQuantity(value, spec.unit, 6);
  if (typeof value === 'boolean') return t(value ? 'inspector.on' : 'inspector.off');
  return tr(spec.choices[value] ?? value) || '–';
}
