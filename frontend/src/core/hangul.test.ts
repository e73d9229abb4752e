import { describe, expect, it } from 'vitest';
import { initials, isInitials, letters } from './hangul';

describe('Hangul', () => {
  it.each([
    ['캐', '캐시'],
    ['캣', '캐시'],
    ['캐ㅅ', '캐시'],
    ['ㅋ', '캐시'],
    ['값', '값이'],
    ['과', '광'],
  ])('%s, as far as it is typed, is in %s', (typed, whole) => {
    expect(letters(whole)).toContain(letters(typed));
  });

  it('leaves everything else alone but for capitals', () => {
    expect(letters('CDN 캐시 2')).toBe('cdn ㅋㅐㅅㅣ 2');
  });

  it('takes apart what was composed or decomposed alike', () => {
    expect(letters('닭'.normalize('NFD'))).toBe('ㄷㅏㄹㄱ');
    expect(letters('ㄺ')).toBe('ㄹㄱ');
  });

  it('knows initials', () => {
    expect(initials('로드 밸런서')).toBe('ㄹㄷ ㅂㄹㅅ');
    expect(isInitials('ㅂㄹㅅ')).toBe(true);
    expect(isInitials('바')).toBe(false);
    expect(isInitials('')).toBe(false);
  });
});
