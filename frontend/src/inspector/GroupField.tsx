import { useId } from 'react';
import type { ScenarioGroup } from '../core/document';
import { useTexts } from '../useTexts';

interface Props {
  /** those that it may be in */
  groups: readonly ScenarioGroup[];
  value: string | null;
  disabled: boolean;
  onChange: (id: string | null) => void;
}

/** Which group something is in, for those who do not drag. */
export function GroupField({ groups, value, disabled, onChange }: Props) {
  const { t } = useTexts();
  const id = useId();
  if (groups.length === 0) return null;
  return (
    <div className="field" data-type="choice" data-changed={value !== null || undefined}>
      <div className="field-head">
        <label htmlFor={id}>{t('group.inside')}</label>
      </div>
      <select
        id={id}
        className="input"
        value={value ?? ''}
        disabled={disabled}
        onChange={(event) => onChange(event.target.value || null)}
      >
        <option value="">{t('group.none')}</option>
        {groups.map((group) => (
          <option key={group.id} value={group.id}>
            {group.name}
          </option>
        ))}
      </select>
    </div>
  );
}
