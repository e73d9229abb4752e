/** Short lists that people type as text: "1, 2, 5", or times with values: "0: 100, 60: 500". */

/** Whether the text is such a list; the server holds it to the same, and to bounds besides. */
export function isList(text: string, type: 'numbers' | 'points'): boolean {
  const entries = text.split(',').filter((entry) => entry.trim() !== '');
  if (type === 'numbers') return entries.every(isAmount);
  const pairs = entries.map((entry) => entry.split(':'));
  if (!pairs.every((pair) => pair.length === 2 && pair.every(isAmount))) return false;
  const times = pairs.map(([time]) => Number(time));
  return times.every((time, index) => index === 0 || (times[index - 1] as number) <= time);
}

function isAmount(text: string): boolean {
  const value = Number(text);
  return text.trim() !== '' && Number.isFinite(value) && value >= 0;
}
