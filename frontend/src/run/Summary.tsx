import { useEffect, useRef, useState } from 'react';
import { feed } from '../core/feed';
import { sentence, situationOf } from '../core/situation';
import { useRun } from '../runStore';
import { useEditor } from '../store';
import { figure } from '../ui/Figure';
import { useFeed } from '../useFeed';
import { useTexts } from '../useTexts';
import { Ledger } from './Ledger';
import './run.css';

/** Spoken again after this long even if only figures changed; anything more often would talk without end. */
const REPEAT_MS = 15_000;

/** What is happening now and why, in one sentence; the same words go politely to screen readers. */
export function Summary() {
  const texts = useTexts();
  useFeed(2);
  const run = useRun((state) => state.run);
  const document = useEditor((state) => state.document);
  const situation = situationOf(feed, run, document);
  const causes = useEditor((state) => state.catalog?.causes);
  const text = sentence(situation, texts, causes);
  const spoken = useSpoken(situation.key, text);
  return (
    <div className={`live-summary live-summary--${situation.tone}`}>
      <span className="live-summary__phase">
        <span aria-hidden="true">{SIGNS[situation.tone]}</span> {texts.t(`live.phase.${situation.tone}`)}
      </span>
      {situation.tone === 'idle' ? (
        <span className="live-summary__text">{text}</span>
      ) : (
        <span className="live-summary__text" {...figure(texts.t('live.meaning_of.sentence'))}>
          {text}
        </span>
      )}
      <span className="visually-hidden" role="status" aria-live="polite">
        {spoken}
      </span>
      <Ledger />
    </div>
  );
}

const SIGNS = { idle: '○', healthy: '●', degraded: '▲', failing: '✕', recovering: '↗' } as const;

/** Holds text back: at most once a second, and the same situation at most every quarter of a minute. */
function useSpoken(key: string, text: string): string {
  const [spoken, setSpoken] = useState('');
  const latest = useRef({ key, text });
  const last = useRef({ key: '', at_ms: 0 });
  latest.current = { key, text };
  useEffect(() => {
    const timer = setInterval(() => {
      const now_ms = performance.now();
      if (latest.current.key === last.current.key && now_ms - last.current.at_ms < REPEAT_MS) return;
      last.current = { key: latest.current.key, at_ms: now_ms };
      setSpoken(latest.current.text);
    }, 1000);
    return () => clearInterval(timer);
  }, []);
  return spoken;
}
