/** Text in pictures: escaped, and cut to a width that is reckoned rather than measured, so that every machine draws the same. */

const NARROW = new Set("iIjlt.,:;'|!()[]{}f· ");
const WIDE_FROM = 0x1100;

/** About how wide a text is, in its own font sizes (em): a little too much rather than too little. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (code >= WIDE_FROM && code !== 0x2026) width += 1;
    else if (NARROW.has(character)) width += 0.32;
    else if (
      (character >= 'A' && character <= 'Z') ||
      character === 'm' ||
      character === 'w' ||
      character === '%'
    )
      width += 0.74;
    else width += 0.58;
  }
  return width;
}

/** As much of a text as fits into `room` pixels at a font size, with an ellipsis when some is missing. */
export function fitted(text: string, room: number, size: number): string {
  if (textWidth(text) * size <= room) return text;
  const characters = [...text];
  while (characters.length > 0 && textWidth(`${characters.join('')}…`) * size > room) characters.pop();
  return `${characters.join('').trimEnd()}…`;
}

/** A text inside XML; characters that XML does not know are left out. */
export function escaped(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  );
}

/** A figure with at most two decimals and no exponent. */
export function n(value: number): string {
  return String(Math.round(value * 100) / 100);
}

interface TextLook {
  size: number;
  fill: string;
  weight?: number;
  anchor?: 'start' | 'middle' | 'end';
}

export function text(x: number, y: number, content: string, look: TextLook): string {
  const weight = look.weight ? ` font-weight="${look.weight}"` : '';
  const anchor = look.anchor && look.anchor !== 'start' ? ` text-anchor="${look.anchor}"` : '';
  return `<text x="${n(x)}" y="${n(y)}" font-size="${n(look.size)}" fill="${look.fill}"${weight}${anchor}>${escaped(content)}</text>`;
}

/** A rounded label around a point of its middle line. */
export function pill(
  place: { x: number; y: number; align: 'center' | 'left' | 'right' },
  content: string,
  look: { fill: string; ink: string; outline?: string },
): string {
  const width = textWidth(content) * 10.5 + 14;
  const left = place.x - width * { left: 0, center: 0.5, right: 1 }[place.align];
  const stroke = look.outline ? ` stroke="${look.outline}"` : '';
  return (
    `<rect x="${n(left)}" y="${n(place.y - 9)}" width="${n(width)}" height="18" rx="9" fill="${look.fill}"${stroke}/>` +
    text(left + width / 2, place.y + 3.7, content, {
      size: 10.5,
      fill: look.ink,
      weight: 600,
      anchor: 'middle',
    })
  );
}
