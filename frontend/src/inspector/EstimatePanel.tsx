import type { Estimate } from '../core/document';
import type { EstimateFigures } from '../core/protocol';
import { applyLocal, useEditor } from '../store';
import { useTexts } from '../useTexts';
import { ActionsEditor } from './ActionsEditor';
import { Comparison } from './Comparison';
import { EstimateFacts } from './EstimateFacts';
import './estimate.css';
import { LatencyNumbers } from './LatencyNumbers';
import { ParameterGroups } from './ParameterGroups';

const SCENARIO: { node_id: null; edge_id: null } = { node_id: null, edge_id: null };

/** The back of the envelope: people and habits on the left, what follows in the middle, the run's answer on the right. */
export function EstimatePanel() {
  const { t, tr } = useTexts();
  const catalog = useEditor((state) => state.catalog);
  const estimate = useEditor((state) => state.document.estimate);
  const figures = useEditor((state) => state.analysis?.estimate ?? null);
  const readOnly = useEditor((state) => state.permission === 'view');
  if (!catalog) return null;
  const put = (next: Estimate | null, gesture: string | null) =>
    applyLocal([{ type: 'set_estimate', estimate: next }], gesture);
  const begin = () => {
    const actions = catalog.default_estimate.actions.map((item) => ({ ...item, name: tr(item.name) }));
    put({ ...catalog.default_estimate, actions }, null);
  };
  if (!estimate) {
    return (
      <div className="estimate-empty">
        <p className="muted">{t('estimate.none')}</p>
        {!readOnly && (
          <button type="button" className="button" onClick={begin}>
            {t('estimate.begin')}
          </button>
        )}
        <Comparison />
        <LatencyNumbers numbers={catalog.latency_numbers} letters={catalog.confidence} />
      </div>
    );
  }
  const { actions, ...head } = estimate;
  return (
    <div className="estimate">
      <section className="estimate-input" aria-label={t('estimate.input')}>
        <ActionsEditor
          actions={actions}
          disabled={readOnly}
          onChange={(next, gesture) => put({ ...estimate, actions: next }, gesture)}
        />
        <ParameterGroups
          specs={catalog.estimate_parameters}
          parameters={head}
          owner={SCENARIO}
          pathPrefix="estimate."
          disabled={readOnly}
          onChange={(spec, value, gesture) =>
            put({ ...estimate, [spec.name]: value ?? spec.default }, gesture && `estimate ${gesture}`)
          }
        />
        {!readOnly && (
          <button type="button" className="button quiet small" onClick={() => put(null, null)}>
            {t('estimate.remove')}
          </button>
        )}
      </section>
      <section className="estimate-result" aria-label={t('estimate.result')}>
        {figures && <EstimateFacts figures={figures} />}
      </section>
      <section className="estimate-result" aria-label={t('estimate.compare')}>
        <h2 className="section-title">{t('estimate.compare')}</h2>
        {figures && !readOnly && <UseTraffic figures={figures} />}
        <Comparison />
      </section>
      <LatencyNumbers numbers={catalog.latency_numbers} letters={catalog.confidence} />
    </div>
  );
}

/** Gives the users of the drawing the traffic that was estimated. */
function UseTraffic({ figures }: { figures: EstimateFigures }) {
  const { t } = useTexts();
  const possible = figures.changes_mean.length > 0;
  return (
    <div className="estimate-use">
      <button
        type="button"
        className="button small"
        disabled={!possible}
        onClick={() => applyLocal(figures.changes_mean, null)}
      >
        {t('estimate.use_mean')}
      </button>
      <button
        type="button"
        className="button small"
        disabled={figures.changes_peak.length === 0}
        onClick={() => applyLocal(figures.changes_peak, null)}
      >
        {t('estimate.use_peak')}
      </button>
      {!possible && <p className="field-help">{t('estimate.no_source')}</p>}
    </div>
  );
}
