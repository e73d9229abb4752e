import './palette.css';
import { useState } from 'react';
import { addKind } from '../actions';
import { type KindMatch, kindsByGroup, searchKinds } from '../core/catalog';
import { useEditor } from '../store';
import { Glyph } from '../ui/icons';
import { useTexts } from '../useTexts';
import { openSheet } from '../view';
import { GroupPalette } from './GroupPalette';
import { PaletteItem } from './PaletteItem';

/** The list of components: click to add, drag to place, or type a product's name. */
export function Palette() {
  const { t, tr } = useTexts();
  const catalog = useEditor((state) => state.catalog);
  const [query, setQuery] = useState('');
  if (!catalog) return null;
  const found = query.trim() ? searchKinds(catalog, query, tr) : null;
  const add = ({ kind, preset }: KindMatch) => {
    addKind(kind, { preset });
    setQuery('');
    openSheet(null);
  };
  return (
    <div className="palette">
      <div className="palette-search">
        <Glyph name="search" />
        <input
          type="search"
          className="input"
          value={query}
          placeholder={t('palette.search')}
          aria-label={t('palette.search')}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            const first = found?.[0];
            if (event.key === 'Enter' && first && !event.nativeEvent.isComposing) add(first);
          }}
        />
      </div>
      <div className="palette-list">
        {found ? (
          <PaletteGroup label={t('palette.results')} entries={found} onAdd={add} />
        ) : (
          kindsByGroup(catalog).map(({ group, kinds }) => (
            <PaletteGroup
              key={group}
              label={tr(catalog.group_titles[group] ?? group)}
              entries={kinds.map((kind) => ({ kind, alias: null, preset: null }))}
              onAdd={add}
            />
          ))
        )}
        {!found && <GroupPalette kinds={catalog.group_kinds} />}
        {found?.length === 0 && <p className="palette-none muted">{t('palette.none', { query })}</p>}
      </div>
      <p className="palette-foot muted">{t('palette.hint')}</p>
    </div>
  );
}

interface GroupProps {
  label: string;
  entries: KindMatch[];
  onAdd: (match: KindMatch) => void;
}

function PaletteGroup({ label, entries, onAdd }: GroupProps) {
  return (
    <section className="palette-group">
      <h2>{label}</h2>
      <ul>
        {entries.map((match) => (
          <li key={match.kind.kind}>
            <PaletteItem match={match} onAdd={onAdd} />
          </li>
        ))}
      </ul>
    </section>
  );
}
