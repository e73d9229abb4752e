/** What sets two versions apart, as a sentence. Pure. */
import { t } from './i18n';
import type { Difference } from './protocol';

/** "added Cache and Queue; 2 settings changed; moved 3"; null when nothing is different. */
export function differenceWords(difference: Difference): string | null {
  const parts = [
    named('added', difference.added, difference.added_count),
    named('removed', difference.removed, difference.removed_count),
    ...(
      [
        ['settings', difference.settings_count],
        ['renamed', difference.renamed_count],
        ['wired', difference.connections_added_count],
        ['unwired', difference.connections_removed_count],
        ['moved', difference.moved_count],
      ] as const
    ).map(([key, count]) => (count > 0 ? t(`together.difference.${key}`, { count }) : null)),
    ...difference.parts.map((part) => t(`together.difference.part_${part}`)),
  ].filter((part) => part !== null);
  return parts.length > 0 ? parts.join(t('together.difference.separator')) : null;
}

function named(key: 'added' | 'removed', names: readonly string[], count: number): string | null {
  if (count === 0) return null;
  const list = names.join(', ');
  const more = count - names.length;
  const values = { names: more > 0 ? t('together.edit.more', { named: list, count: more }) : list };
  return t(`together.difference.${key}`, values);
}
