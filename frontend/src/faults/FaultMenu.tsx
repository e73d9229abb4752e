import { useId, useState } from 'react';
import { feed } from '../core/feed';
import { act, mayControl, useRun } from '../runStore';
import { useEditor } from '../store';
import { RunGlyph } from '../ui/RunGlyph';
import { useFeed } from '../useFeed';
import { type Texts, useTexts } from '../useTexts';
import { type FaultTarget, faultsFor, healing, injection, type Offered } from './targets';
import './faults.css';

interface FaultMenuProps {
  nodeId?: string;
  edgeId?: string;
}

/** Break the selected node or edge while the run goes on, and heal it again. */
export function FaultMenu({ nodeId, edgeId }: FaultMenuProps) {
  const texts = useTexts();
  const catalog = useEditor((state) => state.catalog);
  const document = useEditor((state) => state.document);
  const title = useId();
  const target: FaultTarget | null = nodeId ? { node_id: nodeId } : edgeId ? { edge_id: edgeId } : null;
  if (!catalog || !target) return <p className="muted">{texts.t('live.faults.choose')}</p>;
  const offered = faultsFor(catalog, document, target);
  return (
    <section className="fault-menu" aria-labelledby={title}>
      <h2 id={title}>{texts.t('live.faults.title')}</h2>
      {offered.length === 0 ? (
        <p className="muted">{texts.t('live.faults.none')}</p>
      ) : (
        <Offers offered={offered} target={target} texts={texts} />
      )}
    </section>
  );
}

function Offers({ offered, target, texts }: { offered: Offered[]; target: FaultTarget; texts: Texts }) {
  const { t } = texts;
  const reasonId = useId();
  useFeed(4);
  const permission = useEditor((state) => state.permission);
  const allowed = useRun((state) => mayControl(state, permission));
  const live = useRun((state) => state.run?.status === 'running' || state.run?.status === 'paused');
  const reason = !allowed ? 'live.faults.read_only' : !live ? 'live.faults.not_running' : null;
  const state = stateOf(target);
  const stateText = t('node_id' in target ? `live.state.${state}` : `live.edge_state.${state}`);
  return (
    <>
      {reason ? (
        <p className="muted" id={reasonId}>
          {t(reason)}
        </p>
      ) : (
        state !== 'up' && <p className="fault-state">{t('live.faults.now', { state: stateText })}</p>
      )}
      <div className="fault-list">
        {offered.map((offer) => (
          <Offer
            key={offer.fault}
            offer={offer}
            target={target}
            reasonId={reason && reasonId}
            texts={texts}
          />
        ))}
        <button
          type="button"
          className="button small"
          disabled={reason !== null || state === 'up'}
          onClick={() => act([healing(target)])}
        >
          <RunGlyph name="heal" /> {t('live.faults.heal')}
        </button>
      </div>
    </>
  );
}

function stateOf(target: FaultTarget): string {
  if (!feed.frame) return 'up';
  const at = 'node_id' in target ? feed.nodeAt(target.node_id) : feed.edgeAt(target.edge_id);
  const states = 'node_id' in target ? feed.frame.nodes.state : feed.frame.edges.state;
  return (at === undefined ? undefined : states[at]) ?? 'up';
}

interface OfferProps {
  offer: Offered;
  target: FaultTarget;
  /** the element that says why faults are off, when they are */
  reasonId: string | null;
  texts: Texts;
}

function Offer({ offer, target, reasonId, texts: { t, tr } }: OfferProps) {
  const { spec } = offer;
  const [factor, setFactor] = useState(String(spec.factor ?? ''));
  const title = tr(spec.title);
  const valid = spec.factor === null || Number(factor) > 0;
  return (
    <span className="fault-offer">
      <button
        type="button"
        className="button small danger"
        title={tr(spec.help)}
        disabled={reasonId !== null || !valid}
        aria-describedby={reasonId ?? undefined}
        onClick={() => act([injection(offer, target, Number(factor))])}
      >
        <RunGlyph name="fault" /> {title}
      </button>
      {spec.factor !== null && (
        <label className="fault-factor" title={t('live.faults.factor_for', { fault: title })}>
          <span aria-hidden="true">×</span>
          <input
            className="input"
            type="number"
            min="0"
            step="any"
            value={factor}
            disabled={reasonId !== null}
            aria-label={t('live.faults.factor_for', { fault: title })}
            aria-invalid={!valid}
            onChange={(event) => setFactor(event.target.value)}
          />
        </label>
      )}
    </span>
  );
}
