/** Identifiers and names for new things. Ids match `[A-Za-z0-9_-]{1,40}`. */

const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';

function randomSuffix(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

/** A fresh id with a readable beginning. Two people adding at the same moment must not draw the same one. */
export function newId(prefix: string, taken: ReadonlySet<string>): string {
  const stem = prefix.replace(/[^A-Za-z0-9_-]/g, '').slice(0, 30) || 'n';
  for (;;) {
    const id = `${stem}-${randomSuffix(6)}`;
    if (!taken.has(id)) return id;
  }
}

/** "Cache", then "Cache 2", "Cache 3", … */
export function freeName(title: string, taken: ReadonlySet<string>): string {
  if (!taken.has(title)) return title;
  for (let count = 2; ; count += 1) {
    const name = `${title} ${count}`;
    if (!taken.has(name)) return name;
  }
}
