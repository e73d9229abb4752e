import { eventText } from '../core/eventText';
import { feed } from '../core/feed';
import { formatClock } from '../core/format';
import { phaseLog } from '../phases';
import { useEditor } from '../store';
import { hasGlyph, RunGlyph } from '../ui/RunGlyph';
import { useTexts } from '../useTexts';
import './charts.css';

/** A phase narrower than this share of the strip has no room for its word. */
const WORD_LEAST_RATIO = 0.09;
const SAID = 3;

/** How the run went over the charts' window, and what happened when. Drawn again whenever its owner is. */
export function PhaseStrip({ window_s }: { window_s: number }) {
  const { t, tr } = useTexts();
  const document = useEditor((state) => state.document);
  const until_s = feed.frame?.now_s;
  const first_s = feed.history.rowsWithin(window_s)[0]?.at_s;
  if (until_s === undefined || first_s === undefined || until_s <= first_s) return null;
  const share = (at_s: number) => (at_s - first_s) / (until_s - first_s);
  const percent = (ratio: number) => `${(100 * Math.min(1, Math.max(0, ratio))).toFixed(2)}%`;
  const phases = phaseLog.since(first_s);
  const name = (tone: string) => t(`live.phase.${tone}`);
  const said = phases
    .slice(-SAID)
    .map(({ tone, from_s, until_s: end_s }) => `${name(tone)} ${formatClock(from_s)}–${formatClock(end_s)}`);
  return (
    <div className="phase-strip" role="img" aria-label={`${t('live.charts.phases')}: ${said.join(', ')}`}>
      {phases.map(({ tone, from_s, until_s: end_s }) => (
        <span
          key={from_s}
          className="phase"
          data-tone={tone}
          title={`${name(tone)} ${formatClock(from_s)}–${formatClock(end_s)}`}
          style={{ left: percent(share(from_s)), width: percent(share(end_s) - share(from_s)) }}
        >
          {share(end_s) - share(from_s) >= WORD_LEAST_RATIO && name(tone)}
        </span>
      ))}
      {feed.eventsWithin(window_s).map((event) => (
        <span
          key={event.number}
          className="phase-event"
          title={`${formatClock(event.at_s)} ${eventText(event, document, tr)}`}
          style={{ left: percent(share(event.at_s)) }}
        >
          {hasGlyph(event.kind) && <RunGlyph name={event.kind} />}
        </span>
      ))}
    </div>
  );
}
