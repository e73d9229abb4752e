import { newRequestClass } from '../core/catalog';
import type { Parameters, RequestClass } from '../core/document';
import { freeName } from '../core/ids';
import { useRun } from '../runStore';
import { applyLocal, useEditor } from '../store';
import { pointedFigure } from '../ui/Figure';
import { Glyph } from '../ui/icons';
import { useTexts } from '../useTexts';
import { NameField } from './NameField';
import { ParameterGroups } from './ParameterGroups';

const SCENARIO: { node_id: null; edge_id: null } = { node_id: null, edge_id: null };

/** What the users ask for: kinds of requests, how they share the traffic, and the data they touch. */
export function WorkloadEditor() {
  const { t } = useTexts();
  const catalog = useEditor((state) => state.catalog);
  const classes = useEditor((state) => state.document.workload.classes);
  const readOnly = useEditor((state) => state.permission === 'view');
  const begun = useRun((state) => state.begun?.workload.classes);
  if (!catalog) return null;
  const total = classes.reduce((sum, item) => sum + item.share, 0);
  const most = catalog.limits.classes_max;
  const put = (next: RequestClass[], gesture: string | null) =>
    applyLocal([{ type: 'set_workload', workload: { classes: next } }], gesture);
  const add = () => {
    const name = freeName(t('workload.new_class'), new Set(classes.map((item) => item.name)));
    put([...classes, newRequestClass(catalog, name)], null);
  };
  return (
    <section className="field-group workload">
      <h2 className="section-title">{t('workload.title')}</h2>
      <p className="field-help">{t('workload.help')}</p>
      {classes.map((item, index) => {
        const change = (part: Partial<RequestClass>, gesture: string | null) =>
          put(classes.with(index, { ...item, ...part }), gesture && `${gesture} ${index}`);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a class's name is being edited here; its place is its identity
          <details key={index} className="request-class">
            <summary>
              <span className="class-name">{item.name}</span>
              <span className="class-share" {...pointedFigure(t('workload.share_meaning'))}>
                {total > 0 ? Math.round((item.share / total) * 100) : 0} %
              </span>
            </summary>
            <div className="class-head">
              <NameField
                name={item.name}
                label={t('workload.class_name')}
                disabled={readOnly}
                onChange={(name, gesture) => change({ name }, gesture)}
              />
              {!readOnly && classes.length > 1 && (
                <button
                  type="button"
                  className="button quiet icon"
                  onClick={() => put(classes.toSpliced(index, 1), null)}
                >
                  <Glyph name="trash" />
                  <span className="visually-hidden">{t('workload.remove', { name: item.name })}</span>
                </button>
              )}
            </div>
            <ParameterGroups
              specs={catalog.class_parameters}
              parameters={{ ...item }}
              begun={parametersOf(begun?.find(({ name }) => name === item.name))}
              owner={SCENARIO}
              pathPrefix={`workload.classes.${index}.`}
              disabled={readOnly}
              onChange={(spec, value, gesture) => change({ [spec.name]: value ?? spec.default }, gesture)}
            />
          </details>
        );
      })}
      {!readOnly && (most === undefined || classes.length < most) && (
        <button type="button" className="button small" onClick={add}>
          <Glyph name="plus" />
          {t('workload.add')}
        </button>
      )}
    </section>
  );
}

function parametersOf(item: RequestClass | undefined): Parameters | null {
  return item ? { ...item } : null;
}
