import { useId, useState } from 'react';
import type { FaultTarget, Offered } from '../core/faults';
import { RunGlyph } from '../ui/RunGlyph';
import { type Faults, stateKey, useFaults } from '../useFaults';
import { type Texts, useTexts } from '../useTexts';
import './faults.css';

/** Break the selected node or edge while the run goes on, and heal it again. */
export function FaultMenu({ target }: { target: FaultTarget }) {
  const texts = useTexts();
  const { t } = texts;
  const faults = useFaults(target);
  const title = useId();
  const reasonId = useId();
  const { offered, state, reason } = faults;
  if (offered.length === 0) return null;
  const broken = state !== 'up';
  return (
    <section className="fault-menu" data-broken={broken || undefined} aria-labelledby={title}>
      <div className="fault-head">
        <h2 id={title}>{broken ? t(stateKey(target, state)) : t('live.faults.title')}</h2>
        {reason && (
          <p className="muted" id={reasonId}>
            {t(reason)}
          </p>
        )}
      </div>
      {broken && <HealButton faults={faults} texts={texts} />}
      <div className="fault-list">
        {offered.map((offer) => (
          <Offer
            key={offer.fault}
            offer={offer}
            faults={faults}
            reasonId={reason && reasonId}
            texts={texts}
          />
        ))}
      </div>
    </section>
  );
}

function HealButton({ faults, texts: { t } }: { faults: Faults; texts: Texts }) {
  return (
    <button
      type="button"
      className="button primary fault-heal"
      disabled={faults.reason !== null}
      title={t('live.faults.heal_help')}
      onClick={faults.heal}
    >
      <RunGlyph name="heal" /> {t('live.faults.heal')}
    </button>
  );
}

interface OfferProps {
  offer: Offered;
  faults: Faults;
  /** the element that says why faults are off, when they are */
  reasonId: string | null;
  texts: Texts;
}

function Offer({ offer, faults, reasonId, texts: { t, tr } }: OfferProps) {
  const { spec } = offer;
  const [factor, setFactor] = useState(String(spec.factor ?? ''));
  const title = tr(spec.title);
  const valid = spec.factor === null || (Number(factor) > 0 && Number(factor) <= spec.factor_max);
  return (
    <span className="fault-offer">
      <button
        type="button"
        className="button small danger"
        title={tr(spec.help)}
        disabled={reasonId !== null || !valid}
        aria-describedby={reasonId ?? undefined}
        onClick={() => faults.inject(offer, spec.factor === null ? undefined : Number(factor))}
      >
        <RunGlyph name="fault" /> {title}
      </button>
      {spec.factor !== null && (
        <label className="fault-factor" title={t('live.faults.factor_for', { fault: title })}>
          {spec.unit === 'x' && <span aria-hidden="true">×</span>}
          <input
            className="input"
            type="number"
            min="0"
            max={spec.factor_max}
            step="any"
            value={factor}
            disabled={reasonId !== null}
            aria-label={t('live.faults.factor_for', { fault: title })}
            aria-invalid={!valid}
            onChange={(event) => setFactor(event.target.value)}
          />
          {spec.unit === 's' && <span aria-hidden="true">s</span>}
        </label>
      )}
    </span>
  );
}
