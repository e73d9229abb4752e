import './lesson.css';
import { select, useEditor } from '../store';
import { useTexts } from '../useTexts';

/** While something is selected its settings take the lesson's place; this leads back. */
export function LessonBack() {
  const { t } = useTexts();
  const there = useEditor((state) => state.lesson?.lesson != null);
  if (!there) return null;
  return (
    <button type="button" className="button quiet small lesson-back" onClick={() => select({})}>
      <span aria-hidden="true">←</span> {t('lesson.back')}
    </button>
  );
}
