import { useId, useState } from 'react';
import { NAME_LENGTH_MAX } from '../core/document';
import { endGesture } from '../store';
import { useTargetFocus } from './fields/useField';

interface Props {
  name: string;
  label: string;
  disabled: boolean;
  onChange: (name: string, gesture: string) => void;
}

/** A name edited in place; an empty one is put back on leaving. */
export function NameField({ name, label, disabled, onChange }: Props) {
  const id = useId();
  const row = useTargetFocus('name', id);
  const [draft, setDraft] = useState<string | null>(null);
  return (
    <div ref={row}>
      <input
        id={id}
        type="text"
        className="input name-input"
        aria-label={label}
        maxLength={NAME_LENGTH_MAX}
        disabled={disabled}
        value={draft ?? name}
        onChange={(event) => {
          setDraft(event.target.value);
          const next = event.target.value.trim();
          if (next) onChange(next, `name ${id}`);
        }}
        onBlur={() => {
          setDraft(null);
          endGesture();
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !event.nativeEvent.isComposing) event.currentTarget.blur();
        }}
      />
    </div>
  );
}
