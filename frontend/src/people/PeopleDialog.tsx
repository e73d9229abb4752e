import { useState } from 'react';
import {
  follow,
  guestName,
  initials,
  nameOf,
  PERSON_COLOURS,
  PERSON_NAME_LENGTH_MAX,
  rename,
  stopFollowing,
  usePeople,
} from '../company';
import { Dialog } from '../ui/Dialog';
import { useTexts } from '../useTexts';
import { openDialog } from '../view';

/** Who is here, by which name one is known oneself, and whose view to follow. */
export function PeopleDialog() {
  const { t } = useTexts();
  const { people, me, name, following } = usePeople();
  const [draft, setDraft] = useState(name);
  return (
    <Dialog title={t('together.people')} onClose={() => openDialog(null)}>
      <form
        className="people-name"
        onSubmit={(event) => {
          event.preventDefault();
          rename(draft);
        }}
      >
        <label>
          {t('together.your_name')}
          <input
            className="input"
            value={draft}
            maxLength={PERSON_NAME_LENGTH_MAX}
            placeholder={guestName()}
            autoComplete="nickname"
            onChange={(event) => setDraft(event.target.value)}
            onBlur={() => rename(draft)}
          />
        </label>
        <p className="muted">{t('together.your_name_help')}</p>
      </form>
      <ul className="people-list">
        {people.map((person) => (
          <li key={person.id}>
            <span className="person-face" data-person={person.seat % PERSON_COLOURS} aria-hidden="true">
              {initials(nameOf(person))}
            </span>
            <span className="people-who">
              <strong>{nameOf(person)}</strong>
              <span className="muted">
                {[
                  ...(person.id === me ? [t('together.you')] : []),
                  t(person.permission === 'edit' ? 'together.edits' : 'together.watches'),
                ].join(' · ')}
              </span>
            </span>
            {person.id !== me && (
              <button
                type="button"
                className="button small"
                aria-pressed={following === person.id}
                onClick={() => {
                  if (following === person.id) stopFollowing();
                  else follow(person.id);
                  openDialog(null);
                }}
              >
                {t(following === person.id ? 'together.stop' : 'together.follow', { name: nameOf(person) })}
              </button>
            )}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
