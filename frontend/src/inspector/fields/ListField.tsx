import { useState } from 'react';
import { isList } from '../../core/lists';
import { endGesture } from '../../store';
import { useTexts } from '../../useTexts';
import type { ControlProps } from './Field';

/** Numbers, or times with values, in one line of text; only a sound list becomes the value. */
export function ListField(props: ControlProps) {
  const { id, describedBy, spec, value, disabled, invalid, onChange, onDraftError } = props;
  const { t } = useTexts();
  const [draft, setDraft] = useState<string | null>(null);
  const points = spec.type === 'points';
  const type = (text: string) => {
    setDraft(text);
    const sound = isList(text, points ? 'points' : 'numbers');
    onDraftError(sound ? null : t(points ? 'inspector.not_points' : 'inspector.not_numbers'));
    if (sound) onChange(text === spec.default ? null : text, `type ${id}`);
  };
  const finish = () => {
    setDraft(null);
    onDraftError(null);
    endGesture();
  };
  return (
    <input
      id={id}
      type="text"
      autoComplete="off"
      className="input"
      placeholder={points ? '0: 100, 60: 500' : '1, 2, 5'}
      value={draft ?? String(value)}
      disabled={disabled}
      aria-describedby={describedBy}
      aria-invalid={invalid}
      onChange={(event) => type(event.target.value)}
      onBlur={finish}
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === 'Escape') finish();
      }}
    />
  );
}
