/** Who else has this scenario open, where they point, and whom this page follows. Nothing of it is stored but one's name. */
import { create } from 'zustand';
import { t } from './core/i18n';
import { recall, remember } from './core/memory';
import type { Around, ClientMessage, People, Person, Whereabouts } from './core/protocol';

export interface PeopleState {
  /** this browser's id, as the others know it; null before the server has greeted it */
  me: string | null;
  /** the name given by the person here; empty until then */
  name: string;
  people: readonly Person[];
  around: readonly Whereabouts[];
  /** whose view this page shows */
  following: string | null;
  /** whom it followed until it was moved by hand */
  followed: string | null;
}

const NAME_KEY = 'playground.name';
const GUEST_KEY = 'playground.guest';
export const PERSON_NAME_LENGTH_MAX = 40;
/** Colours that tell people apart; with more people they are used again. */
export const PERSON_COLOURS = 8;
/** Pointers go out at most this often, and not at all while nobody else is here. */
const TELL_EVERY_MS = 66;

export const usePeople = create<PeopleState>(() => ({
  me: null,
  name: recall(NAME_KEY) ?? '',
  people: [],
  around: [],
  following: null,
  followed: null,
}));

const { getState: get, setState: set } = usePeople;

export type Where = Pick<Whereabouts, 'cursor' | 'selected' | 'view'>;

let send: ((message: ClientMessage) => boolean) | null = null;
let told = '';
let wanted: Where | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

/** The line is up: introduce this browser. */
export function enter(me: string, say: (message: ClientMessage) => boolean): void {
  send = say;
  told = '';
  set({ me, around: [] });
  introduce();
}

/** There is no line any more, or it leads to another scenario. */
export function leave(): void {
  send = null;
  clearTimeout(timer);
  timer = undefined;
  set({ me: null, people: [], around: [], following: null, followed: null });
}

export function hearPeople({ people }: People): void {
  const here = (id: string | null) => (people.some((person) => person.id === id) ? id : null);
  const { following, followed, around } = get();
  set({
    people,
    around: around.filter(({ id }) => here(id)),
    following: here(following),
    followed: here(followed),
  });
  // A newcomer has not seen where this page points.
  told = '';
  schedule();
}

export function hearAround({ people }: Around): void {
  const { me } = get();
  set({ around: people.filter(({ id }) => id !== me) });
}

/** Choose the name by which the others know this browser; an empty one goes back to a made-up one. */
export function rename(name: string): void {
  const chosen = name.trim().slice(0, PERSON_NAME_LENGTH_MAX);
  remember(NAME_KEY, chosen || null);
  set({ name: chosen });
  introduce();
}

export function introduce(): void {
  send?.({ op: 'introduce', name: get().name || guestName() });
}

/** A friendly name until one is chosen: the same in this browser every time, in the page's language. */
export function guestName(): string {
  let number = Number.parseInt(recall(GUEST_KEY) ?? '', 10);
  if (!Number.isFinite(number)) {
    number = crypto.getRandomValues(new Uint16Array(1))[0] ?? 0;
    remember(GUEST_KEY, String(number));
  }
  const moods = t('together.moods').split('|');
  const animals = t('together.animals').split('|');
  const mood = moods[number % moods.length] ?? '';
  const animal = animals[Math.floor(number / moods.length) % animals.length] ?? '';
  return `${mood} ${animal}`;
}

/** Note where this page points, what it has selected and sees; the newest goes out in a moment. */
export function tellWhere(where: Where): void {
  wanted = where;
  schedule();
}

function schedule(): void {
  if (timer === undefined) timer = setTimeout(tell, TELL_EVERY_MS);
}

function tell(): void {
  timer = undefined;
  const { me, people } = get();
  if (!wanted || !send || people.length < 2 || !people.some(({ id }) => id === me)) return;
  const text = JSON.stringify(wanted);
  if (text !== told && send({ op: 'here', ...wanted })) told = text;
}

export function follow(id: string): void {
  set({ following: id, followed: null });
}

/** Moved by hand: from now on this page goes its own way; one click leads back. */
export function goOwnWay(): void {
  const { following } = get();
  if (following !== null) set({ following: null, followed: following });
}

export function stopFollowing(): void {
  set({ following: null, followed: null });
}

export function nameOf(person: Person): string {
  const { me, name } = get();
  return person.name || (person.id === me ? name || guestName() : t('together.nameless'));
}

/** At most two letters that stand for a name: its first ones, or the first of its first two words. */
export function initials(name: string): string {
  const words = name.split(' ').filter(Boolean);
  const letters = words.slice(0, 2).map((word) => [...word][0] ?? '');
  return letters.join('').toLocaleUpperCase() || '?';
}
