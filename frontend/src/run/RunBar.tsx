import { type FormEvent, useEffect, useState } from 'react';
import { feed } from '../core/feed';
import { formatClock } from '../core/format';
import { SEED_MAX, SPEED_MAX } from '../core/protocol';
import { isFollowing } from '../probe';
import { followScenario, mayControl, restart, SPEEDS, setSpeed, step, toggle, useRun } from '../runStore';
import { useEditor } from '../store';
import { figure } from '../ui/Figure';
import { RunGlyph } from '../ui/RunGlyph';
import { useFeed } from '../useFeed';
import { type Texts, useTexts } from '../useTexts';
import { useView } from '../view';
import './run.css';

/** Below this share of the chosen speed the difference is worth a word. */
const ACHIEVED_RATIO = 0.95;

/** Play, pause, step, speed, seed and clock of the shared run. */
export function RunBar() {
  const texts = useTexts();
  const { t } = texts;
  const run = useRun((state) => state.run);
  const starting = useRun((state) => state.starting);
  const permission = useEditor((state) => state.permission);
  const empty = useEditor((state) => state.document.nodes.length === 0);
  const allowed = useRun((state) => mayControl(state, permission));
  useEffect(followScenario, []);
  const running = run?.status === 'running';
  const singleKeys = useView((state) => state.singleKeys);
  useSpaceBar(singleKeys && allowed && !empty);
  const label = running ? 'pause' : run?.status === 'paused' ? 'resume' : 'play';
  return (
    <div className="run-bar" role="toolbar" aria-label={t('live.run.bar')}>
      {allowed ? (
        <>
          <button
            type="button"
            className="button primary run-bar__play"
            disabled={empty || starting}
            aria-keyshortcuts="Space"
            title={t(empty ? 'live.run.no_nodes' : 'live.run.play_hint')}
            onClick={toggle}
          >
            <RunGlyph name={running ? 'pause' : 'play'} />
            <span>{t(starting ? 'live.run.starting' : `live.run.${label}`)}</span>
          </button>
          <button
            type="button"
            className="button icon quiet"
            disabled={running || !run}
            title={t('live.run.step_hint')}
            aria-label={t('live.run.step')}
            aria-keyshortcuts="."
            onClick={() => step(isFollowing())}
          >
            <RunGlyph name="step" />
          </button>
          <RestartField texts={texts} />
        </>
      ) : (
        <span className="run-bar__read-only" title={t('live.run.read_only_hint')}>
          <RunGlyph name="lock" /> {t('live.run.read_only')}
        </span>
      )}
      <SpeedField allowed={allowed} texts={texts} />
      <Clock title={t('live.run.clock')} meaning={t('live.meaning_of.clock')} />
      {run && (
        <span className="run-bar__viewers" {...figure(t('live.run.viewers_hint'))}>
          <RunGlyph name="viewers" />
          <span aria-hidden="true">{run.viewers}</span>
          <span className="visually-hidden">{t('live.run.viewers', { count: run.viewers })}</span>
        </span>
      )}
    </div>
  );
}

/** Space plays and pauses unless it means something else where the focus is. */
function useSpaceBar(enabled: boolean): void {
  useEffect(() => {
    if (!enabled) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.code !== 'Space' || event.repeat || event.defaultPrevented) return;
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      if (event.target instanceof Element && event.target.closest(SPACE_IS_TAKEN)) return;
      event.preventDefault();
      toggle();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [enabled]);
}

const SPACE_IS_TAKEN =
  'input, textarea, select, button, a, summary, dialog, [contenteditable="true"], [role="button"], [role="option"], [role="menuitem"], [role="tab"]';

function RestartField({ texts: { t } }: { texts: Texts }) {
  const run = useRun((state) => state.run);
  const documentSeed = useEditor((state) => state.document.seed);
  const present = String(run?.seed ?? documentSeed);
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? present;
  const seed = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  const valid = seed <= SEED_MAX;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!valid) return;
    restart(seed);
    setTyped(null);
  };
  return (
    <form className="run-bar__seed" onSubmit={submit}>
      <label title={t('live.run.seed_hint')}>
        <span className="run-bar__label">{t('live.run.seed')}</span>
        <input
          className="input"
          inputMode="numeric"
          value={text}
          aria-invalid={!valid}
          title={t(valid ? 'live.run.seed_hint' : 'live.run.seed_invalid')}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={() => valid || setTyped(null)}
        />
      </label>
      <button
        type="submit"
        className="button icon quiet"
        disabled={!run || !valid}
        title={t('live.run.restart_hint')}
        aria-label={t('live.run.restart')}
      >
        <RunGlyph name="restart" />
      </button>
    </form>
  );
}

export function formatSpeed(factor: number): string {
  const digits = factor >= 10 ? 0 : factor >= 1 ? 1 : 2;
  return `${Number(factor.toFixed(digits))}×`;
}

function SpeedField({ allowed, texts: { t } }: { allowed: boolean; texts: Texts }) {
  const run = useRun((state) => state.run);
  const speed = run?.speed ?? 1;
  const fastest = speed === SPEED_MAX;
  const behind = run?.status === 'running' && run.achieved_speed < speed * ACHIEVED_RATIO;
  const hint = fastest ? 'live.run.fastest_hint' : 'live.run.achieved_hint';
  const choices = SPEEDS.includes(speed) ? SPEEDS : [...SPEEDS, speed].sort((a, b) => a - b);
  const achieved = formatSpeed(run?.achieved_speed ?? speed);
  return (
    <span className="run-bar__speed">
      <label title={t('live.run.speed_hint')}>
        <span className="run-bar__label">{t('live.run.speed')}</span>
        <select
          className="input"
          aria-label={t('live.run.speed')} // the word beside it is hidden on a phone
          value={speed}
          disabled={!allowed || !run}
          onChange={(event) => setSpeed(Number(event.target.value))}
        >
          {choices.map((factor) => (
            <option key={factor} value={factor}>
              {factor === SPEED_MAX ? t('live.run.fastest') : `${factor}×`}
            </option>
          ))}
        </select>
      </label>
      {behind && (
        <span
          className={fastest ? 'run-bar__reached' : 'run-bar__behind'}
          {...figure(t(hint, { speed: achieved }))}
        >
          <span aria-hidden="true">{`${fastest ? '≫' : '▲'} ${achieved}`}</span>
          <span className="visually-hidden">{t('live.run.achieved', { speed: achieved })}</span>
        </span>
      )}
    </span>
  );
}

function Clock({ title, meaning }: { title: string; meaning: string }) {
  useFeed(10);
  const now_s = feed.frame?.now_s ?? feed.run?.now_s ?? 0;
  return (
    <span className="run-bar__clock" {...figure(meaning)}>
      <span className="visually-hidden">{title} </span>
      {formatClock(now_s)}
    </span>
  );
}
