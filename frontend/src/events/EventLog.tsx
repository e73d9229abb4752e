import type { ScenarioDocument } from '../core/document';
import { edgeName, eventText } from '../core/eventText';
import { feed } from '../core/feed';
import { formatClock } from '../core/format';
import type { RunEvent } from '../core/protocol';
import { select, useEditor } from '../store';
import { pointedFigure } from '../ui/Figure';
import { hasGlyph, RunGlyph } from '../ui/RunGlyph';
import { useFeed } from '../useFeed';
import { type Texts, useTexts } from '../useTexts';
import { getCamera } from '../view';
import './events.css';

const SHOWN = 200;

/** What happened in the run, the newest first; a click shows where. */
export function EventLog() {
  const texts = useTexts();
  useFeed(2);
  const { events } = feed.history;
  const shown = events.from(events.length - SHOWN).reverse();
  if (shown.length === 0) return <p className="event-empty muted">{texts.t('live.events.empty')}</p>;
  return (
    <ol className="event-log" aria-label={texts.t('live.events.title')}>
      {shown.map((event) => (
        <Entry key={event.number} event={event} texts={texts} />
      ))}
    </ol>
  );
}

function Entry({ event, texts: { t, tr } }: { event: RunEvent; texts: Texts }) {
  const document = useEditor((state) => state.document);
  const target = targetOf(event, document);
  const words = (
    <>
      <time className="event-time" {...pointedFigure(t('live.meaning_of.event_time'))}>
        {formatClock(event.at_s)}
      </time>
      <span className={`event-icon event-icon--${event.kind}`} title={t(`live.events.kind.${event.kind}`)}>
        {hasGlyph(event.kind) && <RunGlyph name={event.kind} />}
        <span className="visually-hidden">{t(`live.events.kind.${event.kind}`)}</span>
      </span>
      <span className="event-text">{eventText(event, document, tr)}</span>
    </>
  );
  if (!target) return <li className="event-entry">{words}</li>;
  return (
    <li>
      <button
        type="button"
        className="event-entry event-entry--link"
        title={t('live.events.show', { name: target.name })}
        onClick={target.show}
      >
        {words}
      </button>
    </li>
  );
}

/** The node or edge an event is about, while it is still on the canvas. */
function targetOf(event: RunEvent, document: ScenarioDocument): { name: string; show: () => void } | null {
  const node = document.nodes.find(({ id }) => id === event.node_id);
  if (node) {
    const show = () => {
      select({ nodes: [node.id] });
      getCamera()?.reveal(node.id);
    };
    return { name: node.name, show };
  }
  const edge = document.edges.find(({ id }) => id === event.edge_id);
  if (!edge) return null;
  return { name: edgeName(edge, document), show: () => select({ edges: [edge.id] }) };
}
