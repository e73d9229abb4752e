import './problems.css';
import { showSetting } from '../actions';
import { useEditor } from '../store';
import { Glyph } from '../ui/icons';
import { ProblemItem } from '../ui/ProblemItem';
import { useTexts } from '../useTexts';
import { stepProblem, useProblems, useWhere } from './navigation';

/** Everything the server has to say about the drawing, gravest first. */
export function ProblemsPanel() {
  const { t } = useTexts();
  const problems = useProblems();
  const where = useWhere();
  const current = useEditor((state) => state.problem);
  if (problems.length === 0) return <p className="muted">{t('problems.none')}</p>;
  return (
    <div className="problems">
      <div className="problems-bar">
        <button type="button" className="button small" onClick={() => stepProblem(-1)}>
          {t('problems.previous')}
        </button>
        <button type="button" className="button small" onClick={() => stepProblem(1)}>
          {t('problems.next')}
        </button>
      </div>
      <ul className="problems-list">
        {problems.map((problem, index) => (
          <li key={[problem.code, problem.node_id, problem.edge_id, problem.field, problem.text].join(' ')}>
            <div className="problem-row" data-current={current === index || undefined}>
              <ProblemItem problem={problem} />
              {where(problem) && (
                <button
                  type="button"
                  className="button quiet small"
                  onClick={() => {
                    useEditor.setState({ problem: index });
                    showSetting(problem);
                  }}
                >
                  <Glyph name="search" />
                  {where(problem)}
                </button>
              )}
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}
