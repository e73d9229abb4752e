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

/** "Cache", then "Cache 2", "Cache 3", … and after "Cache 1" to "Cache 3" it is "Cache 4". */
export function freeName(title: string, taken: ReadonlySet<string>): string {
  const counts = [...taken].map((name) => {
    if (name === title) return 1;
    return name.startsWith(`${title} `) && /^\d+$/.test(name.slice(title.length + 1))
      ? Number(name.slice(title.length + 1))
      : 0;
  });
  const most = Math.max(0, ...counts);
  return most === 0 ? title : `${title} ${most + 1}`;
}
