import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { mayControl, useRun } from '../runStore';
import { useEditor } from '../store';
import { Dialog } from '../ui/Dialog';
import { useTexts } from '../useTexts';
import { openDialog } from '../view';
import { commandsFor } from './commandList';
import './commands.css';

/** Type what is wanted, Enter does it. */
export function Commands() {
  const texts = useTexts();
  const { t } = texts;
  const catalog = useEditor((state) => state.catalog);
  const document = useEditor((state) => state.document);
  const permission = useEditor((state) => state.permission);
  const allowed = useRun((state) => mayControl(state, permission));
  const status = useRun((state) => state.run?.status);
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const run = { allowed, running: status === 'running', known: status !== undefined };
  const editable = permission === 'edit';
  const found = catalog ? commandsFor({ catalog, document, texts, editable, run }, query) : [];
  const chosen = Math.min(active, found.length - 1);

  useEffect(() => input.current?.focus(), []);
  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);

  const choose = (index: number) => {
    const command = found[index];
    if (!command) return;
    openDialog(null);
    command.run();
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const moves: Record<string, () => void> = {
      ArrowDown: () => setActive(chosen >= found.length - 1 ? 0 : chosen + 1),
      ArrowUp: () => setActive(chosen <= 0 ? found.length - 1 : chosen - 1),
      Enter: () => choose(chosen),
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    move();
  };
  return (
    <Dialog title={t('commands.title')} onClose={() => openDialog(null)}>
      <input
        className="input"
        ref={input}
        role="combobox"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={chosen >= 0 ? `${id}-${chosen}` : undefined}
        aria-autocomplete="list"
        aria-label={t('commands.search')}
        placeholder={t('commands.search')}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setActive(0);
        }}
        onKeyDown={pressed}
      />
      <div ref={list} className="commands" role="listbox" id={`${id}-list`} aria-label={t('commands.title')}>
        {found.map((command, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the combobox, which names the active option
          // biome-ignore lint/a11y/useKeyWithClickEvents: Enter in the combobox does the same
          <div
            key={command.key}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === chosen}
            className="command"
            onPointerMove={() => setActive(index)}
            onClick={() => choose(index)}
          >
            {command.label}
          </div>
        ))}
        {found.length === 0 && <p className="muted">{t('palette.none', { query })}</p>}
      </div>
    </Dialog>
  );
}
