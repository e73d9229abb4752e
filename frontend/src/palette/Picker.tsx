import { type RefObject, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useEditor } from '../store';
import { Glyph } from '../ui/icons';
import { KindIcon } from '../ui/KindIcon';
import { useTexts } from '../useTexts';
import { closePicker, type Picker as PickerState, useView } from '../view';
import { type PickerOption, pickerOptions } from './pickerOptions';

const WIDTH = 300;
const HEIGHT = 340;

/** Type-to-add at the cursor, "connect to…", and what a dropped wire may lead to: one list, three beginnings. */
export function Picker() {
  const picker = useView((state) => state.picker);
  return picker ? <OpenPicker key={JSON.stringify(picker)} picker={picker} /> : null;
}

function OpenPicker({ picker }: { picker: PickerState }) {
  const { t, tr, language } = useTexts();
  const at = useView((state) => state.pickerAt);
  const catalog = useEditor((state) => state.catalog);
  const document = useEditor((state) => state.document);
  const selection = useEditor((state) => state.selection);
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the options' texts depend on the language
  const options = useMemo(
    () => (catalog ? pickerOptions({ picker, catalog, document, selection, query, tr, t }) : []),
    [picker, catalog, document, selection, query, tr, t, language],
  );
  const chosen = options[Math.min(active, options.length - 1)];

  useEffect(() => input.current?.focus(), []);
  useEffect(() => {
    box.current?.querySelector(`[id="${id}-${active}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [active, id]);
  useOutside(box, closePicker);

  const run = (index: number, plain: boolean) => {
    const option = options[index];
    if (!option) return;
    closePicker();
    option.run(plain);
  };
  const label = t(`picker.${picker.mode}`);
  const wires = picker.mode === 'add' && selection.nodes.length === 1;
  return (
    <div ref={box} className="picker" style={placed(at)} role="dialog" aria-label={label}>
      <div className="palette-search">
        <Glyph name={picker.mode === 'add' ? 'search' : 'connect'} />
        <input
          ref={input}
          className="input"
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={chosen ? `${id}-${options.indexOf(chosen)}` : undefined}
          aria-autocomplete="list"
          aria-label={label}
          placeholder={label}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setActive(0);
          }}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            const last = options.length - 1;
            const moves: Record<string, () => void> = {
              ArrowDown: () => setActive((index) => (index >= last ? 0 : index + 1)),
              ArrowUp: () => setActive((index) => (index <= 0 ? last : index - 1)),
              Home: () => setActive(0),
              End: () => setActive(last),
              Enter: () => run(Math.min(active, last), event.shiftKey),
              Escape: closePicker,
              Tab: closePicker,
            };
            const act = moves[event.key];
            if (!act) return;
            event.preventDefault();
            event.stopPropagation();
            act();
          }}
        />
      </div>
      <PickerList
        id={id}
        label={label}
        options={options}
        active={active}
        query={query}
        onActive={setActive}
        onRun={run}
      />
      {wires && <p className="palette-foot muted">{t('picker.wired_hint')}</p>}
    </div>
  );
}

interface ListProps {
  id: string;
  label: string;
  options: readonly PickerOption[];
  active: number;
  query: string;
  onActive: (index: number) => void;
  onRun: (index: number, plain: boolean) => void;
}

function PickerList({ id, label, options, active, query, onActive, onRun }: ListProps) {
  const { t } = useTexts();
  const row = (option: PickerOption) => {
    const index = options.indexOf(option);
    return (
      // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the combobox, which names the active option
      // biome-ignore lint/a11y/useKeyWithClickEvents: Enter in the combobox does the same
      <div
        key={option.key}
        id={`${id}-${index}`}
        role="option"
        aria-selected={index === Math.min(active, options.length - 1)}
        className="picker-option"
        onPointerMove={() => onActive(index)}
        onClick={(event) => onRun(index, event.shiftKey)}
      >
        <KindIcon kind={option.kind} />
        <span className="palette-item-words">
          <span>{option.label}</span>
          {option.detail && <span className="palette-alias muted">{option.detail}</span>}
        </span>
      </div>
    );
  };
  const groups = [...new Set(options.map(({ group }) => group))];
  return (
    <div className="picker-list" role="listbox" id={`${id}-list`} aria-label={label}>
      {groups.map((group) => {
        const rows = options.filter((option) => option.group === group).map(row);
        if (group === null) return rows;
        return (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset has no place in a list of options
          <div key={group} role="group" aria-labelledby={`${id}-${group}`} className="picker-group">
            <h3 id={`${id}-${group}`} role="presentation">
              {t(`picker.group_${group}`)}
            </h3>
            {rows}
          </div>
        );
      })}
      {options.length === 0 && (
        <p className="palette-none muted">{query ? t('palette.none', { query }) : t('picker.nothing')}</p>
      )}
    </div>
  );
}

function useOutside(box: RefObject<HTMLElement | null>, act: () => void): void {
  useEffect(() => {
    const pressed = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Node)) act();
    };
    window.addEventListener('pointerdown', pressed);
    return () => window.removeEventListener('pointerdown', pressed);
  }, [box, act]);
}

/** Beside the cursor, but always wholly inside the window. */
function placed(at: { x: number; y: number } | null): { left: number; top: number } {
  const width = Math.min(WIDTH, innerWidth - 16);
  const wanted = at ?? { x: (innerWidth - width) / 2, y: innerHeight * 0.2 };
  return {
    left: Math.max(8, Math.min(wanted.x, innerWidth - width - 8)),
    top: Math.max(8, Math.min(wanted.y, innerHeight - HEIGHT - 8)),
  };
}
