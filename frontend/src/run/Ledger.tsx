import { budgetOf, targetsWith, targetText } from '../core/budget';
import { feed } from '../core/feed';
import { formatCost, formatRatio } from '../core/format';
import { applyLocal, useEditor } from '../store';
import { Figure } from '../ui/Figure';
import { useTexts } from '../useTexts';
import './run.css';

/** What the run costs and what is left of its error budget, at the moment that is shown. Drawn whenever its owner is. */
export function Ledger() {
  const { t } = useTexts();
  const target = useEditor((state) => state.document.availability_target_ratio);
  const readOnly = useEditor((state) => state.permission === 'view');
  const totals = feed.frame?.totals;
  const budget = totals && budgetOf(totals, target);
  if (!totals || !budget) return null;
  const spent = budget.left_ratio < 0;
  return (
    <span className="ledger">
      <Figure meaning={t('live.ledger.cost_meaning', { total: totals.cost_usd.toPrecision(3) })}>
        {formatCost(totals.cost_usd_per_h)}
      </Figure>
      <Figure meaning={t('live.ledger.budget_meaning', { answered: formatRatio(budget.answered_ratio) })}>
        <span className={spent ? 'ledger-spent' : undefined}>
          {spent
            ? `✕ ${t('live.ledger.spent')}`
            : t('live.ledger.left', { left: formatRatio(budget.left_ratio) })}
        </span>
      </Figure>
      <select
        className="input"
        aria-label={t('live.ledger.target')}
        title={t('live.ledger.target')}
        value={target}
        disabled={readOnly}
        onChange={(event) =>
          applyLocal([
            { type: 'set_availability_target', availability_target_ratio: Number(event.target.value) },
          ])
        }
      >
        {targetsWith(target).map((ratio) => (
          <option key={ratio} value={ratio}>
            {targetText(ratio)}
          </option>
        ))}
      </select>
    </span>
  );
}
