import { Fragment } from 'react';
import { showSetting } from '../actions';
import { findNode } from '../core/document';
import { formatRate, formatSeconds } from '../core/format';
import type { PathStep, Prediction } from '../core/protocol';
import { useEditor } from '../store';
import { figure, figureGroup } from '../ui/Figure';
import { useTexts } from '../useTexts';

/** A better division is worth a word from this gain on. */
const GAIN_LEAST = 1.1;

/** What can be said before running: how much the design can carry, what gives way first, and how it should behave. */
export function CapacityPreview() {
  const { t } = useTexts();
  const analysis = useEditor((state) => state.analysis);
  const document = useEditor((state) => state.document);
  if (!analysis || document.nodes.length === 0) return null;
  const { bottleneck, max_throughput_rps: most, single_points_of_failure: singles, prediction } = analysis;
  const weakest = bottleneck && findNode(document, bottleneck.node_id);
  return (
    <section className="preview">
      <h2 className="section-title">{t('preview.title')}</h2>
      <dl className="facts" {...figureGroup}>
        <div {...figure(t('preview.meaning.most'))}>
          <dt>{t('preview.most')}</dt>
          <dd>{most === null ? t('preview.unlimited') : formatRate(most)}</dd>
        </div>
        {bottleneck && (
          <div
            data-level={bottleneck.utilization_ratio >= 1 ? 'full' : undefined}
            {...figure(t('preview.meaning.busiest'), false)}
          >
            <dt>{t('preview.at_bottleneck')}</dt>
            <dd>{Math.round(bottleneck.utilization_ratio * 100)} %</dd>
          </div>
        )}
        <Expected prediction={prediction} />
      </dl>
      {bottleneck && weakest && (
        <p>
          {t(bottleneck.utilization_ratio >= 1 ? 'preview.overloaded' : 'preview.bottleneck')}{' '}
          <button
            type="button"
            className="link"
            onClick={() => showSetting({ node_id: weakest.id, edge_id: null, field: null })}
          >
            {weakest.name}
          </button>
        </p>
      )}
      {singles.length > 0 && (
        <p className="muted">
          {t('preview.singles')} <Names ids={singles} />
        </p>
      )}
      {isWorthAWord(prediction) && (
        <p className="muted">
          {t('preview.cut_help')} <Names ids={prediction.cut?.node_ids ?? []} />
        </p>
      )}
      {prediction.path.length > 0 && <SlowestWay path={prediction.path} />}
    </section>
  );
}

function isWorthAWord({ cut, max_throughput_rps: most }: Prediction): boolean {
  return cut !== null && most !== null && cut.rate_rps >= GAIN_LEAST * most;
}

/** What a run should show in the long run. */
function Expected({ prediction }: { prediction: Prediction }) {
  const { t } = useTexts();
  if (prediction.offered_rps === 0) return null;
  const { cut, availability, latency_mean_s: latency } = prediction;
  return (
    <>
      {cut && isWorthAWord(prediction) && (
        <div {...figure(t('preview.meaning.cut'), false)}>
          <dt>{t('preview.cut')}</dt>
          <dd>{formatRate(cut.rate_rps)}</dd>
        </div>
      )}
      <div
        data-level={latency === null ? 'full' : undefined}
        {...figure(t('preview.meaning.latency'), false)}
      >
        <dt>{t('preview.latency')}</dt>
        <dd>{latency === null ? t('preview.overload') : formatSeconds(latency)}</dd>
      </div>
      {availability && (
        <div
          {...figure(
            [t('preview.meaning.availability'), availability.assumed ? `(${t('preview.assumed')})` : '']
              .join(' ')
              .trim(),
            false,
          )}
        >
          <dt>{t('preview.availability')}</dt>
          <dd>{Number((availability.ratio * 100).toFixed(4))} %</dd>
        </div>
      )}
      <div {...figure(t('preview.meaning.cost_month'), false)}>
        <dt>{t('preview.cost_month')}</dt>
        <dd>{Math.round(prediction.cost_usd_per_month)} USD</dd>
      </div>
    </>
  );
}

/** Names of components, each once, in the order given. */
function Names({ ids }: { ids: readonly string[] }) {
  const document = useEditor((state) => state.document);
  return (
    <>
      {ids.map((id, at) => (
        <Fragment key={id}>
          {at > 0 && ', '}
          <button
            type="button"
            className="link"
            onClick={() => showSetting({ node_id: id, edge_id: null, field: null })}
          >
            {findNode(document, id)?.name}
          </button>
        </Fragment>
      ))}
    </>
  );
}

/** The chain of calls that takes most of a request's time, with the share of each. */
function SlowestWay({ path }: { path: readonly PathStep[] }) {
  const { t } = useTexts();
  return (
    <>
      <h3 className="section-title">{t('preview.path')}</h3>
      <dl className="facts" {...figureGroup}>
        {path.map((step, at) => (
          <div
            key={step.node_id}
            data-level={step.wait_s === null ? 'full' : undefined}
            {...figure(t('preview.meaning.path'), at === 0)}
          >
            <dt>
              <Names ids={[step.node_id]} />
            </dt>
            <dd>
              {step.wait_s === null
                ? t('preview.overload')
                : formatSeconds(step.wait_s + step.work_s + step.network_s)}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
