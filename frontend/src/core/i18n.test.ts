import { afterEach, describe, expect, it } from 'vitest';
import compareEn from '../locales/compare.en.json';
import compareKo from '../locales/compare.ko.json';
import en from '../locales/en.json';
import ko from '../locales/ko.json';
import liveEn from '../locales/live.en.json';
import liveKo from '../locales/live.ko.json';
import togetherEn from '../locales/together.en.json';
import togetherKo from '../locales/together.ko.json';
import { changeLanguage, fill, provideMessages, provideTitles, t, tr } from './i18n';

type Tree = { [key: string]: string | Tree };

function flat(tree: Tree, prefix = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === 'string' ? [[prefix + key, value]] : Object.entries(flat(value, `${prefix + key}.`)),
    ),
  );
}

const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

describe('texts', () => {
  afterEach(() => changeLanguage('en'));

  it.each([
    ['editor', en, ko],
    ['live', liveEn, liveKo],
    ['comparison', compareEn, compareKo],
    ['others here', togetherEn, togetherKo],
  ])('of the %s are complete in both languages, with the same placeholders', (_part, english, korean) => {
    const left = flat(english as Tree);
    const right = flat(korean as Tree);
    expect(Object.keys(right).sort()).toEqual(Object.keys(left).sort());
    for (const [key, text] of Object.entries(left)) {
      expect(text.trim(), key).not.toBe('');
      expect(placeholders(right[key] ?? ''), key).toEqual(placeholders(text));
    }
  });

  it('translate the server texts among the values, but never what people named', async () => {
    provideMessages('ko', {
      '{node} cannot be {role}: {choices}.': '{node}: {role} 불가: {choices}.',
      cache: '캐시',
      Fast: '빠름',
    });
    provideTitles({ quick: 'Fast' });
    await changeLanguage('ko');
    const values = { node: 'cache', role: 'cache', choices: ['quick', 'odd'] };
    expect(tr('{node} cannot be {role}: {choices}.', values)).toBe('cache: 캐시 불가: 빠름, odd.');
  });

  it('follow the language and fill in values', async () => {
    provideMessages('ko', { 'Pool of {name}': '{name}의 풀' });
    expect(t('inspector.at_least', { bound: '1 ms' })).toBe('Must be at least 1 ms.');
    expect(tr('Pool of {name}', { name: 'A' })).toBe('Pool of A');
    await changeLanguage('ko');
    expect(t('inspector.at_least', { bound: '1 ms' })).toBe('1 ms 이상이어야 합니다.');
    expect(tr('Pool of {name}', { name: 'A' })).toBe('A의 풀');
    expect(tr('Not translated')).toBe('Not translated');
  });

  it('keep what has no value, and never treat values as templates or markup', () => {
    expect(fill('{a} and {b}', { a: '{b}' })).toBe('{b} and {b}');
    expect(fill('{share:.0%}', { share: 0.12345678 })).toBe('0.1235');
    expect(t('inspector.at_least', { bound: '<b>&</b>' })).toBe('Must be at least <b>&</b>.');
  });
});
