/** Breaking something by choosing a fault first: the places that it can strike light up, and one of them is picked. */
import { create } from 'zustand';
import { type FaultTarget, injection } from './core/faults';
import { formatSeconds } from './core/format';
import { t, tr } from './core/i18n';
import { canStrike, kindTitle, placeName } from './core/targets';
import { act } from './runStore';
import { notify, openDrawer, useEditor } from './store';
import { openSheet, useView } from './view';

export interface Aim {
  fault: string;
  /** null while what is typed is none, or for faults without one */
  factor: number | null;
  /** null: until somebody heals it */
  duration_s: number | null;
}

export interface AimState {
  aim: Aim | null;
  /** the place that was chosen before the fault */
  at: FaultTarget | null;
  /** how often the panel was asked for by keys: it takes the focus then */
  calls: number;
}

export const useAim = create<AimState>(() => ({ aim: null, at: null, calls: 0 }));

const { getState: get, setState: set } = useAim;

/** Show the faults; with a place, those of that place. */
export function openFaults(at: FaultTarget | null = null): void {
  set((state) => ({ aim: null, at, calls: state.calls + 1 }));
  openDrawer('faults');
  openSheet('drawer');
}

export function chooseFault(fault: string): void {
  const spec = useEditor.getState().catalog?.faults[fault];
  if (spec) set({ aim: { fault, factor: spec.factor, duration_s: null } });
}

export function adjustAim(change: Partial<Omit<Aim, 'fault'>>): void {
  const { aim } = get();
  if (aim) set({ aim: { ...aim, ...change } });
}

export function setPlace(at: FaultTarget | null): void {
  set({ at });
}

/** Let go of the fault that was chosen; the focus goes back to where it was chosen. */
export function stopAim(): void {
  const { aim } = get();
  if (!aim) return;
  set({ aim: null });
  document.getElementById(faultButtonId(aim.fault))?.focus();
}

export function faultButtonId(fault: string): string {
  return `fault-choice-${fault}`;
}

/** Why the chosen fault cannot strike a place; null when it can. */
export function whyNot(target: FaultTarget): string | null {
  const { aim } = get();
  const { catalog, document } = useEditor.getState();
  if (!aim || !catalog || canStrike(catalog, document, aim.fault, target)) return null;
  const fault = tr(catalog.faults[aim.fault]?.title ?? aim.fault);
  if ('node_id' in target && catalog.faults[aim.fault]?.target === 'node') {
    return t('live.faults.not_this_kind', { fault, kind: tr(kindTitle(document, catalog, target.node_id)) });
  }
  if ('group_id' in target) return t('live.faults.nothing_inside', { fault });
  return t(`live.faults.strikes_${catalog.faults[aim.fault]?.target ?? 'node'}s`, { fault });
}

/** Strike a place with the chosen fault, or say why that cannot be. */
export function strikeAt(target: FaultTarget): void {
  const { aim } = get();
  const { catalog, document } = useEditor.getState();
  const spec = aim && catalog?.faults[aim.fault];
  if (!aim || !spec || !catalog) return;
  const reason =
    whyNot(target) ?? (spec.factor !== null && aim.factor === null ? t('live.faults.strength_first') : null);
  if (reason) {
    notify(reason, 'error');
    return;
  }
  const change = injection({ fault: aim.fault, spec }, target, aim.factor ?? 1, aim.duration_s);
  if (!act([change])) return;
  const values = { fault: tr(spec.title), place: placeName(document, catalog, target, tr) ?? '' };
  notify(
    aim.duration_s === null
      ? t('live.faults.done', values)
      : t('live.faults.done_for', { ...values, time: formatSeconds(aim.duration_s) }),
  );
  stopAim();
  // On a narrow screen the sheet would hide what now happens.
  if (useView.getState().sheet === 'drawer') openSheet(null);
}
