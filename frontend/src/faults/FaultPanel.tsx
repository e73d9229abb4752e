import { useEffect, useId, useRef, useState } from 'react';
import { type Aim, adjustAim, chooseFault, faultButtonId, setPlace, strikeAt, useAim } from '../aim';
import type { Catalog, FaultSpec } from '../core/catalog';
import { type FaultTarget, strengthFrom } from '../core/faults';
import { formatSeconds } from '../core/format';
import { canStrike, type Place, placeName, placesFor } from '../core/targets';
import { useEditor } from '../store';
import { RunGlyph } from '../ui/RunGlyph';
import { stateOf, useMayBreak } from '../useFaults';
import { useFeed } from '../useFeed';
import { useTexts } from '../useTexts';
import { Broken } from './Broken';
import { StrengthField } from './StrengthField';
import './panel.css';

const DURATIONS_S: readonly number[] = [1, 2, 5, 10, 30, 60, 300, 600];

/** A fault, then what it strikes: on the drawing, where it lights up, or from the list here. */
export default function FaultPanel() {
  const { t } = useTexts();
  const catalog = useEditor((state) => state.catalog);
  const { aim, at, calls } = useAim();
  const reason = useMayBreak();
  const reasonId = useId();
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (calls > 0) box.current?.querySelector<HTMLElement>('button:not(:disabled)')?.focus();
  }, [calls]);
  if (!catalog) return null;
  return (
    <section className="fault-panel" ref={box} aria-label={t('live.faults.panel')}>
      {reason && (
        <p className="muted" id={reasonId}>
          {t(reason)}
        </p>
      )}
      {at && <Chosen catalog={catalog} at={at} />}
      <div className="fault-panel-sides">
        <div>
          {(['node', 'edge'] as const).map((sort) => (
            <Choices
              key={sort}
              sort={sort}
              catalog={catalog}
              at={at}
              aim={aim}
              reasonId={reason && reasonId}
            />
          ))}
        </div>
        <div>{aim ? <Aiming catalog={catalog} aim={aim} at={at} /> : <Broken />}</div>
      </div>
    </section>
  );
}

/** The place that was asked about first. */
function Chosen({ catalog, at }: { catalog: Catalog; at: FaultTarget }) {
  const { t, tr } = useTexts();
  const document = useEditor((state) => state.document);
  return (
    <p className="fault-place">
      {t('live.faults.at', { place: placeName(document, catalog, at, tr) ?? '–' })}{' '}
      <button type="button" className="button small" onClick={() => setPlace(null)}>
        {t('live.faults.anywhere')}
      </button>
    </p>
  );
}

interface ChoicesProps {
  sort: 'node' | 'edge';
  catalog: Catalog;
  at: FaultTarget | null;
  aim: Aim | null;
  /** the element that says why nothing can be broken now, if so */
  reasonId: string | null;
}

function Choices({ sort, catalog, at, aim, reasonId }: ChoicesProps) {
  const { t, tr } = useTexts();
  const document = useEditor((state) => state.document);
  const title = useId();
  const possible = (fault: string) => {
    if (at) return canStrike(catalog, document, fault, at);
    const { nodes, edges } = placesFor(catalog, document, fault, tr);
    return nodes.length + edges.length > 0;
  };
  const faults = Object.entries(catalog.faults).filter(([, spec]) => spec.target === sort);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has its own idea of a heading
    <div role="group" aria-labelledby={title}>
      <h3 id={title} className="section-title">
        {t(`live.faults.of_${sort}s`)}
      </h3>
      <div className="fault-choices">
        {faults.map(([fault, spec]) => {
          const able = possible(fault);
          const no = t(at ? 'live.faults.not_here' : 'live.faults.nowhere');
          return (
            <button
              key={fault}
              id={faultButtonId(fault)}
              type="button"
              className="button small"
              aria-pressed={aim?.fault === fault}
              disabled={reasonId !== null || !able}
              aria-describedby={reasonId ?? undefined}
              title={able ? tr(spec.help) : no}
              onClick={() => chooseFault(fault)}
            >
              <RunGlyph name="fault" /> {tr(spec.title)}
            </button>
          );
        })}
      </div>
    </div>
  );
}

interface AimingProps {
  catalog: Catalog;
  aim: Aim;
  at: FaultTarget | null;
}

/** Strength and duration of the chosen fault, and where it can strike. */
function Aiming({ catalog, aim, at }: AimingProps) {
  const { t, tr } = useTexts();
  const document = useEditor((state) => state.document);
  const spec = catalog.faults[aim.fault];
  if (!spec) return null;
  const places = placesFor(catalog, document, aim.fault, tr);
  const name = at && placeName(document, catalog, at, tr);
  return (
    <div className="fault-aim">
      <h3 className="section-title">{tr(spec.title)}</h3>
      <p className="muted">{tr(spec.help)}</p>
      <div className="fault-amounts">
        {spec.factor !== null && <Strength key={aim.fault} spec={spec} />}
        {spec.lasts && <Duration value={aim.duration_s} />}
      </div>
      {at && name ? (
        <button type="button" className="button primary" onClick={() => strikeAt(at)}>
          <RunGlyph name="fault" /> {t('live.faults.strike', { place: name })}
        </button>
      ) : (
        <>
          <p>{t('live.faults.pick')}</p>
          <PlaceList title={t('live.faults.components')} places={places.nodes} />
          <PlaceList title={t('live.faults.connections')} places={places.edges} />
          <PlaceList title={t('live.faults.groups')} places={places.groups} />
          <PlaceList title={t('live.faults.region_pairs')} places={places.regions} />
          {places.refused.length > 0 && (
            <p className="muted">
              {t('live.faults.refused', { names: places.refused.map((place) => place.name).join(', ') })}
            </p>
          )}
        </>
      )}
    </div>
  );
}

function Strength({ spec }: { spec: FaultSpec }) {
  const { t, tr } = useTexts();
  const [typed, setTyped] = useState(String(spec.factor ?? ''));
  return (
    <span className="fault-amount">
      <span aria-hidden="true">{t('live.faults.strength')}</span>
      <StrengthField
        spec={spec}
        text={typed}
        label={t('live.faults.factor_for', { fault: tr(spec.title) })}
        onChange={(text) => {
          setTyped(text);
          adjustAim({ factor: strengthFrom(text, spec) });
        }}
      />
    </span>
  );
}

function Duration({ value }: { value: number | null }) {
  const { t } = useTexts();
  return (
    <label className="fault-amount">
      <span>{t('live.faults.duration')}</span>
      <select
        className="input"
        value={value ?? ''}
        onChange={(event) =>
          adjustAim({ duration_s: event.target.value === '' ? null : Number(event.target.value) })
        }
      >
        <option value="">{t('live.faults.until_healed')}</option>
        {DURATIONS_S.map((duration_s) => (
          <option key={duration_s} value={duration_s}>
            {formatSeconds(duration_s)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The places of one sort; what is broken already says so. */
function PlaceList({ title, places }: { title: string; places: readonly Place[] }) {
  const { t } = useTexts();
  useFeed(2);
  if (places.length === 0) return null;
  return (
    <>
      <h4 className="fault-places-title">{title}</h4>
      <ul className="fault-places" aria-label={title}>
        {places.map(({ target, name }) => (
          <li key={JSON.stringify(target)}>
            <button type="button" className="button small danger" onClick={() => strikeAt(target)}>
              {name}
              {stateOf(target) !== 'up' && ` (${t('live.faults.broken_already')})`}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
