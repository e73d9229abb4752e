/** Looking back: which moment of the run this page shows, and going on from it in a copy. Nobody else notices. */
import { create } from 'zustand';
import { feed } from './core/feed';
import { t, tr } from './core/i18n';
import { type Answer, ask, onWelcome } from './runStore';
import { notify } from './store';

export interface MomentState {
  /** what was asked for last, in simulated seconds; null: the present */
  wanted_s: number | null;
  /** what is shown; null: the present */
  shown: { at_s: number; is_redesigned: boolean } | null;
  /** a copy is being made */
  copying: boolean;
}

const LIVE: MomentState = { wanted_s: null, shown: null, copying: false };
export const useMoment = create<MomentState>(() => LIVE);
const { getState: get, setState: set } = useMoment;

/** Moments are asked for to the millisecond, so that many who look at the same one share it. */
const GRAIN_S = 0.001;
const PARAMETER = 't';

let underWay = false;

/** Show the run as it was at a moment; asked again while one is on its way, only the newest wish counts. */
export function lookAt(at_s: number): void {
  const live_s = feed.live_s ?? 0;
  const wanted_s = Math.round(Math.min(Math.max(at_s, 0), live_s) / GRAIN_S) * GRAIN_S;
  set({ wanted_s: Math.min(wanted_s, live_s) });
  if (!underWay) void fetchWanted();
}

export function backToLive(): void {
  set({ wanted_s: null, shown: null });
  feed.showLive();
  writeAddress(null);
}

/** Move the moment that is shown, from the present at first. */
export function lookAside(by_s: number): void {
  const { wanted_s } = get();
  const from_s = wanted_s ?? feed.live_s;
  if (from_s === null) return;
  if (wanted_s !== null && from_s + by_s >= (feed.live_s ?? 0)) backToLive();
  else lookAt(from_s + by_s);
}

async function fetchWanted(): Promise<void> {
  underWay = true;
  try {
    let done: number | null = null;
    while (true) {
      const { wanted_s } = get();
      if (wanted_s === null || wanted_s === done) return;
      done = wanted_s;
      show(await ask({ op: 'look', at_s: wanted_s }));
    }
  } finally {
    underWay = false;
  }
}

function show(answer: Answer | null): void {
  if (get().wanted_s === null) return; // back to the present meanwhile
  if (answer?.op === 'moment') {
    feed.showMoment(answer.frame, answer.layout);
    set({ shown: { at_s: answer.at_s, is_redesigned: answer.is_redesigned } });
    writeAddress(answer.at_s);
    return;
  }
  if (answer?.op === 'not_seen') {
    notify(tr(answer.message, answer.values), 'error');
    // Asked too often: what is shown stays, and the next move asks again.
    if (answer.code === 'too_fast' && get().shown) return;
  }
  backToLive();
}

/** Make a copy of the scenario whose run goes on from the moment shown, and go there. */
export async function goOnFromHere(): Promise<void> {
  const { shown, copying } = get();
  if (!shown || copying) return;
  set({ copying: true });
  const answer = await ask({ op: 'branch', at_s: shown.at_s });
  set({ copying: false });
  if (answer?.op === 'branched') location.assign(`/s/${answer.edit_token}`);
  else
    notify(
      answer?.op === 'not_seen' ? tr(answer.message, answer.values) : t('live.run.not_connected'),
      'error',
    );
}

/** Follow the address and the run: a link may name a moment, and a run that begins anew has no earlier one. */
export function followMoments(): () => void {
  let begunAnew = false;
  const stops = [
    feed.subscribe((change) => {
      if (change === 'reset' && get().wanted_s !== null) {
        set(LIVE);
        begunAnew = true;
      } else if (change === 'run') {
        if (begunAnew && feed.run?.now_s === 0) writeAddress(null);
        begunAnew = false;
      }
    }),
    onWelcome(() => {
      const at_s = Number(new URLSearchParams(location.search).get(PARAMETER) ?? Number.NaN);
      const now_s = feed.run?.now_s ?? 0;
      if (Number.isNaN(at_s)) return;
      if (at_s >= 0 && at_s <= now_s) {
        set({ wanted_s: at_s });
        if (!underWay) void fetchWanted();
      } else {
        notify(t('live.timeline.gone'));
        writeAddress(null);
      }
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function writeAddress(at_s: number | null): void {
  const url = new URL(location.href);
  if (at_s === null) url.searchParams.delete(PARAMETER);
  else url.searchParams.set(PARAMETER, String(Number(at_s.toFixed(3))));
  if (url.href !== location.href) history.replaceState(history.state, '', url);
}
