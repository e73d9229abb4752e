/**
 * Texts in both languages. The page's own texts live in src/locales and are asked for by key; the server's texts
 * (kinds, parameters, diagnostics, events) are English sentences that are their own keys.
 */
import i18next from 'i18next';
import en from '../locales/en.json';
import ko from '../locales/ko.json';
import liveEn from '../locales/live.en.json';
import liveKo from '../locales/live.ko.json';
import togetherEn from '../locales/together.en.json';
import togetherKo from '../locales/together.ko.json';
import { api } from './api';

export type Language = 'en' | 'ko';
export const LANGUAGES: readonly Language[] = ['en', 'ko'];
export type Values = Record<string, unknown>;

const messages = new Map<Language, Record<string, string>>();

void i18next.init({
  lng: 'en',
  fallbackLng: 'en',
  resources: {
    en: { translation: { ...en, ...liveEn, ...togetherEn } },
    ko: { translation: { ...ko, ...liveKo, ...togetherKo } },
  },
  interpolation: { escapeValue: false, prefix: '{', suffix: '}' },
  initAsync: false,
  showSupportNotice: false,
} as Parameters<typeof i18next.init>[0]);

/** Add the texts of a part of the page that is loaded when it is first opened. */
export function addTexts(english: object, korean: object): void {
  i18next.addResourceBundle('en', 'translation', english, true);
  i18next.addResourceBundle('ko', 'translation', korean, true);
  found.clear();
}

/** Texts without values in the present language: the gauges ask for hundreds of them with every frame. */
const found = new Map<string, string>();

/** The page's text for a key. */
export function t(key: string, values?: Values): string {
  if (values) return i18next.t(key, values);
  const known = found.get(key);
  if (known !== undefined) return known;
  const text = i18next.t(key);
  found.set(key, text);
  return text;
}

/** A server text (an English template) in the present language, with its values filled in. */
export function tr(text: string, values?: Values): string {
  const template = translation(text);
  return values ? fill(template, translatedValues(values)) : template;
}

function translation(text: string): string {
  return messages.get(language())?.[text] ?? text;
}

/** Placeholders that stand for what people named themselves. */
const NAMES: ReadonlySet<string> = new Set(['name', 'node', 'source', 'target', 'edge', 'path']);
/** Placeholders that stand for identifiers of the catalog, which have a text of their own. */
const IDENTIFIERS: ReadonlySet<string> = new Set(['fault', 'choices']);
let titles: Readonly<Record<string, string>> = {};

/** Tell what the catalog calls its faults and choices, by their identifiers. */
export function provideTitles(known: Readonly<Record<string, string>>): void {
  titles = known;
}

/** Server texts among the values are translated as well, one by one in a list. */
function translatedValues(values: Values): Values {
  const entries = Object.entries(values).map(([name, value]) => {
    if (NAMES.has(name)) return [name, value];
    const word = (item: unknown): unknown => {
      if (typeof item !== 'string') return item;
      return translation(IDENTIFIERS.has(name) ? (titles[item] ?? item) : item);
    };
    return [name, Array.isArray(value) ? value.map(word).join(', ') : word(value)];
  });
  return Object.fromEntries(entries);
}

/** Replace `{name}` and `{name:format}` by the value of that name; unknown names stay as they are. */
export function fill(template: string, values: Values): string {
  return template.replace(/\{(\w+)(?::[^{}]*)?\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined || value === null) return whole;
    return typeof value === 'number' ? readable(value) : String(value);
  });
}

function readable(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

export function language(): Language {
  return i18next.language === 'ko' ? 'ko' : 'en';
}

export function isLanguage(value: unknown): value is Language {
  return value === 'en' || value === 'ko';
}

/** Switch the language of every text. English is the server's own language and needs no messages. */
export async function changeLanguage(next: Language): Promise<void> {
  if (next !== 'en' && !messages.has(next)) {
    // Without the server's messages its texts stay English for now; the page's own texts still change.
    const loaded = await api.messages(next).catch(() => null);
    if (loaded) messages.set(next, loaded);
  }
  await i18next.changeLanguage(next);
  found.clear();
}

/** For tests: server texts without a server. */
export function provideMessages(into: Language, texts: Record<string, string>): void {
  messages.set(into, texts);
}
