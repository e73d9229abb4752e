import { useEffect, useState } from 'react';
import { feed } from './core/feed';

/** Call `act` at most `perSecond` times a second while the feed changes, the last change always included. */
export function onFeed(perSecond: number, act: () => void): () => void {
  const gap_ms = 1000 / perSecond;
  let due_ms = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const run = () => {
    timer = undefined;
    due_ms = performance.now() + gap_ms;
    act();
  };
  const stop = feed.subscribe(() => {
    timer ??= setTimeout(run, Math.max(0, due_ms - performance.now()));
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}

/** Draw the component again as the feed changes, at most so many times a second. */
export function useFeed(perSecond: number): number {
  const [version, setVersion] = useState(0);
  useEffect(() => onFeed(perSecond, () => setVersion((count) => count + 1)), [perSecond]);
  return version;
}
