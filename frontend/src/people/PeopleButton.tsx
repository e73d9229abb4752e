import './people.css';
import { initials, nameOf, PERSON_COLOURS, usePeople } from '../company';
import { useTexts } from '../useTexts';
import { openDialog } from '../view';

/** Faces shown beside the number. */
const FACES_MAX = 3;

/** Who has the scenario open; opens the list. */
export function PeopleButton() {
  const { t } = useTexts();
  const people = usePeople((state) => state.people);
  const me = usePeople((state) => state.me);
  if (me === null || people.length === 0) return null;
  const others = people.filter(({ id }) => id !== me);
  const shown = [...others, ...people.filter(({ id }) => id === me)].slice(0, FACES_MAX);
  return (
    <button
      type="button"
      className="button quiet people-button"
      data-alone={others.length === 0 || undefined}
      title={t('together.people')}
      onClick={() => openDialog('people')}
    >
      <span className="people-faces" aria-hidden="true">
        {shown.map((person) => (
          <span key={person.id} className="person-face" data-person={person.seat % PERSON_COLOURS}>
            {initials(nameOf(person))}
          </span>
        ))}
        {people.length > shown.length && <span className="people-more">+{people.length - shown.length}</span>}
      </span>
      <span className="visually-hidden">{t('together.people_here', { count: people.length })}</span>
    </button>
  );
}
