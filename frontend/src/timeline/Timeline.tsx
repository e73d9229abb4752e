import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import { eventText } from '../core/eventText';
import { feed } from '../core/feed';
import { formatClock } from '../core/format';
import type { Phase } from '../core/phases';
import { backToLive, goOnFromHere, lookAside, lookAt, useMoment } from '../moment';
import { phaseLog } from '../phases';
import { isUnderWay, useRun } from '../runStore';
import { useEditor } from '../store';
import { figure, pointedFigure } from '../ui/Figure';
import { hasGlyph, RunGlyph } from '../ui/RunGlyph';
import { useFeed } from '../useFeed';
import { type Texts, useTexts } from '../useTexts';
import { marksOf } from './marks';
import './timeline.css';

const STEP_S = 1;
const LONG_STEP_S = 10;
/** Marks closer together than this share of the strip share one. */
const APART_RATIO = 0.015;
/** A phase narrower than this share has no room for its word. */
const WORD_LEAST_RATIO = 0.09;
const LINES_MOST = 6;

/** The whole run as one strip: how it went, what happened when, and a handle to look back with. */
export function Timeline() {
  const texts = useTexts();
  const { t } = texts;
  useFeed(2);
  const shown = useMoment((state) => state.shown);
  const wanted_s = useMoment((state) => state.wanted_s);
  const status = useRun(({ run }) => run?.status);
  const live = useRun(isUnderWay);
  const until_s = feed.live_s;
  if (!live || until_s === null || until_s <= 0) return null;
  const at_s = wanted_s ?? until_s;
  return (
    <section
      className="timeline"
      data-past={wanted_s !== null || undefined}
      aria-label={t('live.timeline.title')}
    >
      <div className="timeline-row">
        <Track texts={texts} at_s={at_s} until_s={until_s} />
        <span className="timeline-clock" {...figure(t('live.meaning_of.timeline_clock'))}>
          {formatClock(at_s)} <span className="muted">/ {formatClock(until_s)}</span>
        </span>
      </div>
      {wanted_s !== null && (
        <div className="timeline-row timeline-past">
          <p role="status" {...pointedFigure(t('live.meaning_of.moment'))}>
            {shown
              ? t(`live.timeline.looking_${status}`, { at: formatClock(shown.at_s) })
              : t('live.timeline.rebuilding')}
            {shown?.is_redesigned && ` ${t('live.timeline.redesigned')}`}
          </p>
          <GoOn texts={texts} />
          <button type="button" className="button small primary" aria-keyshortcuts="L" onClick={backToLive}>
            {t('live.timeline.live')}
          </button>
        </div>
      )}
    </section>
  );
}

function GoOn({ texts: { t } }: { texts: Texts }) {
  const ready = useMoment((state) => state.shown !== null && !state.copying);
  return (
    <button
      type="button"
      className="button small"
      disabled={!ready}
      title={t('live.timeline.go_on_hint')}
      onClick={() => void goOnFromHere()}
    >
      {t('live.timeline.go_on')}
    </button>
  );
}

function Track({ texts, at_s, until_s }: { texts: Texts; at_s: number; until_s: number }) {
  const { t, tr } = texts;
  const track = useRef<HTMLDivElement>(null);
  const document = useEditor((state) => state.document);
  const left = (moment_s: number) => `${(100 * Math.min(1, Math.max(0, moment_s / until_s))).toFixed(2)}%`;
  const phases = phaseLog.since(0);
  const events = feed.history.events.from(0);
  const saying = (lines: typeof events) =>
    lines.slice(0, LINES_MOST).map((event) => `${formatClock(event.at_s)} ${eventText(event, document, tr)}`);
  const phase = phases.findLast(({ from_s }) => from_s <= at_s);
  const before = events.findLast((event) => event.at_s <= at_s);
  const parts = [
    formatClock(at_s),
    phase ? t(`live.phase.${phase.tone}`) : '',
    ...(before ? saying([before]) : []),
  ];
  const seek = (event: PointerEvent) => {
    const box = track.current?.getBoundingClientRect();
    if (box && box.width > 0) lookAt(((event.clientX - box.left) / box.width) * until_s);
  };
  return (
    <div
      ref={track}
      className="timeline-track"
      role="slider"
      tabIndex={0}
      aria-label={t('live.timeline.moment')}
      aria-valuemin={0}
      aria-valuemax={Number(until_s.toFixed(1))}
      aria-valuenow={Number(at_s.toFixed(1))}
      aria-valuetext={parts.filter(Boolean).join(', ')}
      title={t('live.timeline.hint')}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        seek(event);
      }}
      onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && seek(event)}
      onKeyDown={onKey}
    >
      <Phases phases={phases} left={left} until_s={until_s} texts={texts} />
      {marksOf(events, APART_RATIO * until_s).map((mark) => (
        <span
          key={mark.events[0]?.number}
          className={`timeline-mark timeline-mark--${mark.kind}`}
          title={saying(mark.events).join('\n')}
          style={{ left: left(mark.at_s) }}
        >
          {hasGlyph(mark.kind) && <RunGlyph name={mark.kind} />}
        </span>
      ))}
      <span className="timeline-head" style={{ left: left(at_s) }} />
    </div>
  );
}

interface PhasesProps {
  phases: readonly Phase[];
  left: (moment_s: number) => string;
  until_s: number;
  texts: Texts;
}

function Phases({ phases, left, until_s, texts: { t } }: PhasesProps) {
  return phases.map(({ tone, from_s, until_s: end_s }) => (
    <span
      key={from_s}
      className="phase"
      data-tone={tone}
      title={`${t(`live.phase.${tone}`)} ${formatClock(from_s)}–${formatClock(end_s)}`}
      style={{ left: left(from_s), width: left(end_s - from_s) }}
    >
      {(end_s - from_s) / until_s >= WORD_LEAST_RATIO && t(`live.phase.${tone}`)}
    </span>
  ));
}

const KEYS: Record<string, (event: KeyboardEvent) => void> = {
  ArrowLeft: ({ shiftKey }) => lookAside(shiftKey ? -LONG_STEP_S : -STEP_S),
  ArrowRight: ({ shiftKey }) => lookAside(shiftKey ? LONG_STEP_S : STEP_S),
  ArrowDown: () => lookAside(-STEP_S),
  ArrowUp: () => lookAside(STEP_S),
  PageDown: () => lookAside(-LONG_STEP_S),
  PageUp: () => lookAside(LONG_STEP_S),
  Home: () => lookAt(0),
  End: backToLive,
  Escape: backToLive,
};

function onKey(event: KeyboardEvent): void {
  const act = KEYS[event.key];
  if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  event.stopPropagation();
  act(event);
}
