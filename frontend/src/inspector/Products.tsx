import { useId } from 'react';
import type { Kind, ParameterValue } from '../core/catalog';
import type { ScenarioNode } from '../core/document';
import { chooseProduct, productOf } from '../core/presets';
import { formatQuantity } from '../core/units';
import { applyLocal, useEditor } from '../store';
import { useTexts } from '../useTexts';

interface Props {
  kind: Kind;
  node: ScenarioNode;
  disabled: boolean;
}

/** Which product a component is set to, and where each of its numbers comes from. */
export function Products({ kind, node, disabled }: Props) {
  const { t, tr } = useTexts();
  const id = useId();
  const catalog = useEditor((state) => state.catalog);
  if (!catalog || kind.presets.length === 0) return null;
  const product = productOf(kind, node);
  const specs = new Map(kind.parameters.map((spec) => [spec.name, spec]));
  const shown = (name: string, value: ParameterValue) => {
    if (typeof value === 'number') return formatQuantity(value, specs.get(name)?.unit ?? '', 4);
    if (typeof value === 'boolean') return t(value ? 'inspector.on' : 'inspector.off');
    return tr(specs.get(name)?.choices[value] ?? value);
  };
  return (
    <section className="field-group products">
      <div className="field" data-type="choice" data-changed={product ? true : undefined}>
        <div className="field-head">
          <label htmlFor={id}>{t('product.label')}</label>
        </div>
        <select
          id={id}
          className="input"
          value={product?.name ?? ''}
          disabled={disabled}
          aria-describedby={`${id}-help`}
          onChange={(event) => {
            const chosen = kind.presets.find((preset) => preset.name === event.target.value) ?? null;
            applyLocal(chooseProduct(catalog, node, chosen));
          }}
        >
          <option value="">{t('product.none')}</option>
          {kind.presets.map((preset) => (
            <option key={preset.name} value={preset.name}>
              {preset.name}
            </option>
          ))}
        </select>
        <p className="field-help" id={`${id}-help`}>
          {t('product.help')}
        </p>
      </div>
      {product && (
        <details className="product-figures">
          <summary>{t('product.figures', { count: Object.keys(product.figures).length })}</summary>
          <dl className="sources">
            {Object.entries(product.figures).map(([name, figure]) => (
              <div key={name}>
                <dt>
                  {tr(specs.get(name)?.label ?? name)}: {shown(name, figure.value)}
                </dt>
                <dd>
                  {tr(figure.source)} ({figure.confidence}: {tr(catalog.confidence[figure.confidence] ?? '')})
                </dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </section>
  );
}
