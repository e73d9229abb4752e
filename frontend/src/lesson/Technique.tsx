import { useId } from 'react';
import { changesOf, isApplied, takingBack } from '../core/lessons';
import type { LessonTechnique, LibraryEntry } from '../core/protocol';
import { applyLocal, useEditor } from '../store';
import { Glyph } from '../ui/icons';
import { useTexts } from '../useTexts';
import { Measured } from './Measured';

interface Props {
  entry: LibraryEntry;
  technique: LessonTechnique;
}

/** One way out of the problem: put in and taken back by a click while the run goes on. */
export function Technique({ entry, technique }: Props) {
  const { t, tr } = useTexts();
  const title = useId();
  const applied = useEditor(
    (state) => state.catalog !== null && isApplied(state.document, technique, state.catalog),
  );
  const readOnly = useEditor((state) => state.permission === 'view');
  const turn = () => applyLocal(applied ? takingBack(entry, technique, tr) : changesOf(technique, tr));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would make its table part of a form
    <div
      className="lesson-technique"
      role="group"
      aria-labelledby={title}
      data-applied={applied || undefined}
    >
      <h4 id={title}>
        {tr(technique.title)}
        {applied && (
          <span className="lesson-applied">
            <Glyph name="check" /> {t('lesson.applied')}
          </span>
        )}
      </h4>
      {!readOnly && (
        <button
          type="button"
          className={applied ? 'button small' : 'button small primary'}
          aria-describedby={title}
          onClick={turn}
        >
          {t(applied ? 'lesson.take_back' : 'lesson.apply')}
        </button>
      )}
      <Measured technique={technique} />
    </div>
  );
}
