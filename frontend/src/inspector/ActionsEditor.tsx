import type { EstimateAction } from '../core/document';
import { freeName } from '../core/ids';
import { useEditor } from '../store';
import { Glyph } from '../ui/icons';
import { useTexts } from '../useTexts';
import { NameField } from './NameField';
import { ParameterGroups } from './ParameterGroups';

const SCENARIO: { node_id: null; edge_id: null } = { node_id: null, edge_id: null };

interface Props {
  actions: EstimateAction[];
  disabled: boolean;
  onChange: (next: EstimateAction[], gesture: string | null) => void;
}

/** What the people of an estimate do, each folded away under its name. */
export function ActionsEditor({ actions, disabled, onChange }: Props) {
  const { t } = useTexts();
  const catalog = useEditor((state) => state.catalog);
  if (!catalog) return null;
  const most = catalog.limits.classes_max;
  const add = () => {
    const name = freeName(t('estimate.new_action'), new Set(actions.map((item) => item.name)));
    const usual = catalog.action_parameters.map((spec) => [spec.name, spec.default]);
    onChange([...actions, { ...Object.fromEntries(usual), name } as EstimateAction], null);
  };
  return (
    <section className="field-group workload">
      <h2 className="section-title">{t('estimate.actions')}</h2>
      {actions.map((item, index) => {
        const change = (part: Partial<EstimateAction>, gesture: string | null) =>
          onChange(actions.with(index, { ...item, ...part }), gesture && `estimate ${gesture} ${index}`);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: an action's name is being edited here; its place is its identity
          <details key={index} className="request-class">
            <summary>
              <span className="class-name">{item.name}</span>
            </summary>
            <div className="class-head">
              <NameField
                name={item.name}
                label={t('estimate.action_name')}
                disabled={disabled}
                onChange={(name, gesture) => change({ name }, gesture)}
              />
              {!disabled && (
                <button
                  type="button"
                  className="button quiet icon"
                  onClick={() => onChange(actions.toSpliced(index, 1), null)}
                >
                  <Glyph name="trash" />
                  <span className="visually-hidden">{t('estimate.remove_action', { name: item.name })}</span>
                </button>
              )}
            </div>
            <ParameterGroups
              specs={catalog.action_parameters}
              parameters={{ ...item }}
              owner={SCENARIO}
              pathPrefix={`estimate.actions[${index}].`}
              disabled={disabled}
              onChange={(spec, value, gesture) => change({ [spec.name]: value ?? spec.default }, gesture)}
            />
          </details>
        );
      })}
      {!disabled && (most === undefined || actions.length < most) && (
        <button type="button" className="button small" onClick={add}>
          <Glyph name="plus" />
          {t('estimate.add')}
        </button>
      )}
    </section>
  );
}
