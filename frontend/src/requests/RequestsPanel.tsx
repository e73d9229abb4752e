import { useEffect } from 'react';
import { feed } from '../core/feed';
import { formatClock, formatSeconds } from '../core/format';
import type { DetailedTrace } from '../core/protocol';
import { choose, fetchRequests, useRequests } from '../microscope';
import { useMoment } from '../moment';
import { useProbe } from '../probe';
import { select, useEditor } from '../store';
import { figure, pointedFigure } from '../ui/Figure';
import { useFeed } from '../useFeed';
import { type Texts, useTexts } from '../useTexts';
import { getCamera } from '../view';
import { longestOf, RUNNING, sumsOf, type Visit, visitsOf } from './story';
import './requests.css';

/** Single requests: where each waited, worked and travelled, and why it failed. */
export default function RequestsPanel() {
  const texts = useTexts();
  const { t } = texts;
  const { sort, asking, traces, chosen } = useRequests();
  const moment = useMoment((state) => state.shown);
  const sent = useSent();
  const shown = sort === 'sent' ? sent : (traces[chosen] ?? null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another moment has other requests
  useEffect(() => {
    if (sort === null || sort === 'slowest' || sort === 'failed') void fetchRequests(sort ?? 'slowest');
  }, [moment?.at_s]);
  return (
    <section className="requests" aria-label={t('live.requests.title')}>
      <div className="requests-tools">
        {(['slowest', 'failed'] as const).map((kind) => (
          <button
            key={kind}
            type="button"
            className="button small"
            aria-pressed={sort === kind}
            onClick={() => void fetchRequests(kind)}
          >
            {t(`live.requests.${kind}`)}
          </button>
        ))}
        <span className="muted">{t(sort === 'sent' ? 'live.requests.sent_hint' : 'live.requests.hint')}</span>
      </div>
      {sort !== 'sent' && traces.length > 1 && <Choices traces={traces} chosen={chosen} texts={texts} />}
      {shown ? (
        <Request trace={shown} texts={texts} />
      ) : (
        <p className="muted" role="status">
          {t(asking ? 'live.requests.asking' : `live.requests.none_${sort ?? 'slowest'}`)}
        </p>
      )}
    </section>
  );
}

/** The request that was sent by hand, growing as frames tell of it. */
function useSent(): DetailedTrace | null {
  useFeed(10);
  const story = useProbe((state) => state.story);
  return feed.isPast ? null : story;
}

function useNames() {
  const document = useEditor((state) => state.document);
  return (id: string | null) => document.nodes.find((node) => node.id === id)?.name ?? id ?? '?';
}

function Choices({ traces, chosen, texts }: { traces: DetailedTrace[]; chosen: number; texts: Texts }) {
  const nameOf = useNames();
  const cause = useCause(texts);
  return (
    <label className="requests-choice">
      {texts.t('live.requests.which')}
      <select className="input" value={chosen} onChange={(event) => choose(Number(event.target.value))}>
        {traces.map((trace, at) => (
          <option key={trace.id} value={at}>
            {formatSeconds(trace.ended_s - trace.started_s)} · {trace.class} · {formatClock(trace.started_s)}
            {trace.outcome !== 'ok' && ` · ${cause(trace.outcome)} (${nameOf(trace.blame)})`}
          </option>
        ))}
      </select>
    </label>
  );
}

function useCause({ t, tr }: Texts) {
  const causes = useEditor((state) => state.catalog?.causes);
  return (name: string) => (name === RUNNING ? t('live.requests.running') : tr(causes?.[name] ?? name));
}

function Request({ trace, texts }: { trace: DetailedTrace; texts: Texts }) {
  const { t } = texts;
  const nameOf = useNames();
  const cause = useCause(texts);
  const visits = visitsOf(trace);
  const longest = longestOf(visits);
  const whole_s = trace.ended_s - trace.started_s;
  const values = { latency: formatSeconds(whole_s), cause: cause(trace.outcome), node: nameOf(trace.blame) };
  const ending = trace.outcome === 'ok' ? 'ok' : trace.outcome === RUNNING ? 'on_its_way' : 'ending_failed';
  const sums = sumsOf(visits);
  // What went on after the answer belongs to the picture, too.
  const until_s = Math.max(trace.ended_s, ...visits.map(({ span }) => span.ended_s));
  const span_s = Math.max(until_s - trace.started_s, 1e-9);
  const share = (time_s: number) => `${(100 * Math.min(1, Math.max(0, time_s / span_s))).toFixed(2)}%`;
  return (
    <>
      <p
        className="requests-words"
        data-failed={ending === 'ending_failed' || undefined}
        {...figure(t('live.meaning_of.request'))}
      >
        <strong>{t(`live.requests.${ending}`, values)}</strong>{' '}
        {longest &&
          t(`live.requests.longest_${longest.part}`, {
            time: formatSeconds(longest.time_s),
            node: nameOf(longest.visit.span.node_id),
          })}{' '}
        <span className="muted">
          {t('live.requests.sums', {
            wait: formatSeconds(sums.wait),
            work: formatSeconds(sums.work),
            travel: formatSeconds(sums.travel),
          })}
        </span>
      </p>
      <ol className="waterfall" aria-label={t('live.requests.waterfall')}>
        {visits.map((visit) => (
          <Row
            key={visit.number}
            visit={visit}
            trace={trace}
            share={share}
            nameOf={nameOf}
            cause={cause}
            t={t}
          />
        ))}
      </ol>
    </>
  );
}

interface RowProps {
  visit: Visit;
  trace: DetailedTrace;
  share: (time_s: number) => string;
  nameOf: (id: string | null) => string;
  cause: (name: string) => string;
  t: Texts['t'];
}

function Row({ visit, trace, share, nameOf, cause, t }: RowProps) {
  const { span, depth, running } = visit;
  const failed = span.outcome !== 'ok' && !running;
  const words = [
    visit.travel_s > 0 && t('live.requests.travelled', { time: formatSeconds(visit.travel_s) }),
    visit.wait_s > 0 && t('live.requests.waited', { time: formatSeconds(visit.wait_s) }),
    visit.work_s > 0 && t('live.requests.worked', { time: formatSeconds(visit.work_s) }),
    running && t('live.requests.running'),
    failed && `✕ ${cause(span.outcome)}`,
  ].filter(Boolean);
  const from = (at_s: number) => share(at_s - trace.started_s);
  const show = () => {
    if (span.node_id === null) return;
    select({ nodes: [span.node_id] });
    getCamera()?.reveal(span.node_id);
  };
  return (
    <li className="waterfall-row" data-failed={failed || undefined}>
      <button type="button" className="waterfall-name" style={{ paddingLeft: 6 + 12 * depth }} onClick={show}>
        {nameOf(span.node_id)}
      </button>
      <span className="waterfall-track" aria-hidden="true">
        <span className="bar-travel" style={{ left: from(span.called_s), width: share(visit.travel_s) }} />
        <span
          className="bar-here"
          data-running={running || undefined}
          style={{ left: from(span.arrived_s), width: share(span.ended_s - span.arrived_s) }}
        />
        {visit.wait_s > 0 && (
          <span className="bar-wait" style={{ left: from(span.arrived_s), width: share(visit.wait_s) }} />
        )}
      </span>
      <span className="waterfall-words" {...pointedFigure(t('live.meaning_of.span'))}>
        {words.join(' · ')}
      </span>
    </li>
  );
}
