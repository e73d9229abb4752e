import type { Diagnostic } from '../core/api';
import type { DocumentChange } from '../core/changes';
import { applyLocal, useEditor } from '../store';
import { useTexts } from '../useTexts';
import { Glyph } from './icons';

/** One remark in words, with its hint and, where the server knows a safe one, its fix. */
export function ProblemItem({ problem }: { problem: Diagnostic }) {
  const { t, tr } = useTexts();
  const editable = useEditor((state) => state.permission === 'edit');
  return (
    <div className="problem" data-severity={problem.severity}>
      <Glyph name={problem.severity === 'info' ? 'info' : 'error'} />
      <div className="problem-words">
        <p>
          <span className="visually-hidden">{t(`problems.${problem.severity}`)}: </span>
          {tr(problem.message, problem.values)}
        </p>
        {problem.hint && <p className="muted">{tr(problem.hint, problem.values)}</p>}
        {editable && problem.fix.length > 0 && (
          <button
            type="button"
            className="button small"
            onClick={() => applyLocal(problem.fix as DocumentChange[])}
          >
            <Glyph name="check" />
            {t('problems.fix')}
          </button>
        )}
      </div>
    </div>
  );
}
