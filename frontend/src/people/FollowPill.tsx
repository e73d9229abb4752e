import { follow, nameOf, PERSON_COLOURS, stopFollowing, usePeople } from '../company';
import { Glyph } from '../ui/icons';
import { useTexts } from '../useTexts';

/** Says whose view this page shows, or leads back to it after it was moved by hand. */
export function FollowPill() {
  const { t } = useTexts();
  const { people, following, followed } = usePeople();
  const person = people.find(({ id }) => id === (following ?? followed));
  if (!person) return null;
  const name = nameOf(person);
  return (
    <div className="follow-pill" role="status" data-person={person.seat % PERSON_COLOURS}>
      {following ? (
        <>
          <span>{t('together.following', { name })}</span>
          <button type="button" className="button small" onClick={stopFollowing}>
            {t('together.stop')}
          </button>
        </>
      ) : (
        <>
          <button type="button" className="button small" onClick={() => follow(person.id)}>
            {t('together.return', { name })}
          </button>
          <button type="button" className="button quiet icon small" onClick={stopFollowing}>
            <Glyph name="close" />
            <span className="visually-hidden">{t('dialog.close')}</span>
          </button>
        </>
      )}
    </div>
  );
}
