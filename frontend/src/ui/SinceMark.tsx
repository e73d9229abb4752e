import type { Since } from '../core/begun';
import { useTexts } from '../useTexts';
import './since.css';

/** A lozenge at what is another than when the run began; the words are for pointers and screen readers. */
export function SinceMark({ since }: { since: Since }) {
  const { t } = useTexts();
  return (
    <span className="since" title={t(`since.${since}`)}>
      <span className="visually-hidden">{t(`since.${since}`)}</span>
    </span>
  );
}
