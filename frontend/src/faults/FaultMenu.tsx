import { useId, useState } from 'react';
import { regionTitles } from '../core/catalog';
import { type FaultTarget, type Offered, strengthFrom } from '../core/faults';
import { regionPairs } from '../core/regions';
import { useEditor } from '../store';
import { RunGlyph } from '../ui/RunGlyph';
import { type Faults, stateKey, useFaults } from '../useFaults';
import { type Texts, useTexts } from '../useTexts';
import { StrengthField } from './StrengthField';
import './faults.css';

/** Break the selected node or edge, or what joins its regions, while the run goes on, and heal it again. */
export function FaultMenu({ target }: { target: FaultTarget }) {
  return (
    <>
      <Menu target={target} />
      {'edge_id' in target && <BetweenRegions edgeId={target.edge_id} />}
    </>
  );
}

/** The faults of all connections between two regions that this one joins. */
function BetweenRegions({ edgeId }: { edgeId: string }) {
  const { t, tr } = useTexts();
  const document = useEditor((state) => state.document);
  const catalog = useEditor((state) => state.catalog);
  const [chosen, setChosen] = useState(0);
  const pairs = regionPairs(document, edgeId);
  const pair = pairs[chosen] ?? pairs[0];
  if (!catalog || !pair) return null;
  const titles = regionTitles(catalog);
  const nameOf = ([one, other]: [string, string]) =>
    t('live.faults.between', { one: tr(titles[one] ?? one), other: tr(titles[other] ?? other) });
  return (
    <>
      {pairs.length > 1 && (
        <select
          className="input fault-pair"
          aria-label={t('live.faults.which_regions')}
          value={pairs.indexOf(pair)}
          onChange={(event) => setChosen(Number(event.target.value))}
        >
          {pairs.map((item, index) => (
            <option key={item.join()} value={index}>
              {nameOf(item)}
            </option>
          ))}
        </select>
      )}
      <Menu target={{ region: pair[0], other_region: pair[1] }} heading={nameOf(pair)} />
    </>
  );
}

function Menu({ target, heading }: { target: FaultTarget; heading?: string }) {
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
        <h2 id={title}>
          {heading && `${heading}: `}
          {broken ? t(stateKey(target, state)) : t('live.faults.title')}
        </h2>
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
  const [typed, setTyped] = useState(String(spec.factor ?? ''));
  const strength = spec.factor === null ? null : strengthFrom(typed, spec);
  return (
    <span className="fault-offer">
      <button
        type="button"
        className="button small danger"
        title={tr(spec.help)}
        disabled={reasonId !== null || (spec.factor !== null && strength === null)}
        aria-describedby={reasonId ?? undefined}
        onClick={() => faults.inject(offer, strength ?? undefined)}
      >
        <RunGlyph name="fault" /> {tr(spec.title)}
      </button>
      {spec.factor !== null && (
        <StrengthField
          spec={spec}
          text={typed}
          disabled={reasonId !== null}
          label={t('live.faults.factor_for', { fault: tr(spec.title) })}
          onChange={setTyped}
        />
      )}
    </span>
  );
}
