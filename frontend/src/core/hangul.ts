/** Hangul taken apart into its letters, so that a syllable that is still being typed is found in one that is whole. */

const FIRST_SYLLABLE = 0xac00;
const LAST_SYLLABLE = 0xd7a3;
const VOWELS = 21;
const FINALS = 28;
const INITIALS = [...'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ'];
const MEDIALS = 'ㅏ ㅐ ㅑ ㅒ ㅓ ㅔ ㅕ ㅖ ㅗ ㅗㅏ ㅗㅐ ㅗㅣ ㅛ ㅜ ㅜㅓ ㅜㅔ ㅜㅣ ㅠ ㅡ ㅡㅣ ㅣ'.split(' ');
const ENDINGS = [
  '',
  ...'ㄱ ㄲ ㄱㅅ ㄴ ㄴㅈ ㄴㅎ ㄷ ㄹ ㄹㄱ ㄹㅁ ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅍ ㄹㅎ ㅁ ㅂ ㅂㅅ ㅅ ㅆ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ'.split(
    ' ',
  ),
];
/** What a keyboard leaves alone while no syllable has come about. */
const COMPOUNDS: Readonly<Record<string, string>> = {
  ㄳ: 'ㄱㅅ',
  ㄵ: 'ㄴㅈ',
  ㄶ: 'ㄴㅎ',
  ㄺ: 'ㄹㄱ',
  ㄻ: 'ㄹㅁ',
  ㄼ: 'ㄹㅂ',
  ㅄ: 'ㅂㅅ',
};

/** Each Hangul syllable as the letters that are typed for it; everything else in lower case, as it is. */
export function letters(text: string): string {
  return [...text.normalize('NFC').toLowerCase()].map(lettersOf).join('');
}

function lettersOf(character: string): string {
  const code = character.codePointAt(0) as number;
  if (code < FIRST_SYLLABLE || code > LAST_SYLLABLE) return COMPOUNDS[character] ?? character;
  const index = code - FIRST_SYLLABLE;
  const initial = INITIALS[Math.floor(index / (VOWELS * FINALS))] as string;
  const medial = MEDIALS[Math.floor(index / FINALS) % VOWELS] as string;
  return initial + medial + (ENDINGS[index % FINALS] as string);
}

/** The first letter of each Hangul syllable: people type 로드 밸런서 as ㄹㄷ ㅂㄹㅅ. */
export function initials(text: string): string {
  return [...text.normalize('NFC').toLowerCase()]
    .map((character) => {
      const code = character.codePointAt(0) as number;
      if (code < FIRST_SYLLABLE || code > LAST_SYLLABLE) return character;
      return INITIALS[Math.floor((code - FIRST_SYLLABLE) / (VOWELS * FINALS))] as string;
    })
    .join('');
}

/** Whether a word consists of initial letters only. */
export function isInitials(word: string): boolean {
  return word !== '' && [...word].every((character) => INITIALS.includes(character));
}
