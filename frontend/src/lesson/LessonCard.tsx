import './lesson.css';
import { useEditor } from '../store';
import { useTexts } from '../useTexts';
import { LessonFaults } from './LessonFaults';
import { Technique } from './Technique';

/** The lesson of the opened scenario: its story, what breaks in it, and its techniques with what they change. */
export function LessonCard() {
  const { t } = useTexts();
  const entry = useEditor((state) => state.lesson);
  const notes = useEditor((state) => state.document.notes);
  if (!entry?.lesson) return null;
  const { happening, techniques, sources } = entry.lesson;
  return (
    <section className="lesson" aria-labelledby="lesson-title">
      <h2 className="section-title" id="lesson-title">
        {t('lesson.title')}
      </h2>
      {notes
        .split('\n')
        .filter(Boolean)
        .map((line) => (
          <p key={line}>{line}</p>
        ))}
      <LessonFaults entry={entry} happening={happening} />
      <h3 className="section-title">{t('lesson.techniques', { count: techniques.length })}</h3>
      {techniques.map((technique) => (
        <Technique key={technique.title} entry={entry} technique={technique} />
      ))}
      <p className="lesson-note muted">{t('lesson.measured')}</p>
      {sources.length > 0 && (
        <ul className="lesson-sources" aria-label={t('lesson.sources')}>
          {sources.map((source) => (
            <li key={source.url}>
              <a href={source.url} target="_blank" rel="noreferrer">
                {source.title}
              </a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
