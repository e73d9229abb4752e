import { useEffect, useState } from 'react';
import { api, type VersionEntry } from '../core/api';
import { applyChanges } from '../core/changes';
import { type Setting, withSettings } from '../core/compare';
import type { ScenarioDocument } from '../core/document';
import { changesOf, isApplied, takingBack } from '../core/lessons';
import type { Document } from '../core/protocol';
import { tokenFromPath } from '../session';
import { useEditor } from '../store';
import { type Texts, useTexts } from '../useTexts';
import { SettingRows } from './SettingRows';

/** What this design is compared with. */
export type Choice =
  | { with: 'change'; settings: Setting[] }
  /** a technique of the lesson that the drawing came from, as its place among them */
  | { with: 'technique'; at: number }
  | { with: 'version'; revision: number | null }
  | { with: 'link'; url: string };

export const NO_CHOICE: Choice = { with: 'change', settings: [] };

const EMPTY: Record<Choice['with'], Choice> = {
  change: NO_CHOICE,
  technique: { with: 'technique', at: 0 },
  version: { with: 'version', revision: null },
  link: { with: 'link', url: '' },
};

/** Something is still to be chosen; the message says what. */
export class IncompleteError extends Error {}

/** Return the other design and what to call it. Throws an `IncompleteError` or an `ApiError`. */
export async function secondDesign(
  document: ScenarioDocument,
  choice: Choice,
  { t, tr }: Texts,
): Promise<{ second: Document; name: string }> {
  switch (choice.with) {
    case 'change':
      if (choice.settings.length === 0) throw new IncompleteError(t('compare.no_change'));
      return { second: withSettings(document, choice.settings), name: t('compare.changed') };
    case 'technique': {
      const { lesson: entry, catalog } = useEditor.getState();
      const technique = entry?.lesson?.techniques[choice.at];
      if (!entry || !technique || !catalog) throw new IncompleteError(t('compare.no_technique'));
      const applied = isApplied(document, technique, catalog);
      const changes = applied ? takingBack(entry, technique, tr) : changesOf(technique, tr);
      const name = t(applied ? 'compare.without_named' : 'compare.with_named', {
        title: tr(technique.title),
      });
      return { second: applyChanges(document, changes), name };
    }
    case 'version': {
      const { token } = useEditor.getState();
      if (token === null || choice.revision === null) throw new IncompleteError(t('compare.no_version'));
      const version = await api.version(token, choice.revision);
      return { second: version.document, name: t('compare.version', { revision: choice.revision }) };
    }
    case 'link': {
      const token = tokenOf(choice.url);
      if (token === null) throw new IncompleteError(t('compare.no_link'));
      const other = await api.load(token);
      return { second: other.document, name: other.document.name || t('scenario.untitled') };
    }
  }
}

/** The token of an address, or of what looks like one without its server. */
function tokenOf(url: string): string | null {
  const path = url.trim().replace(/^\w+:\/\/[^/]+/, '');
  return tokenFromPath(path.replace(/[?#].*$/, ''));
}

interface Props {
  choice: Choice;
  onChange: (choice: Choice) => void;
}

/** Radio buttons for what to compare with, and the details of the one chosen. */
export function DesignChooser({ choice, onChange }: Props) {
  const { t } = useTexts();
  const token = useEditor((state) => state.token);
  const taught = useEditor((state) => state.lesson?.lesson != null);
  const missing: Choice['with'][] = [
    ...(token === null ? (['version'] as const) : []),
    ...(taught ? [] : (['technique'] as const)),
  ];
  const ways = (Object.keys(EMPTY) as Choice['with'][]).filter((way) => !missing.includes(way));
  return (
    <div className="compare-chooser">
      <fieldset>
        <legend>{t('compare.with')}</legend>
        {ways.map((way) => (
          <label key={way} className="compare-way">
            <input
              type="radio"
              name="compare-with"
              checked={choice.with === way}
              onChange={() => onChange(EMPTY[way])}
            />
            {t(`compare.with_${way}`)}
          </label>
        ))}
      </fieldset>
      {choice.with === 'change' && (
        <SettingRows
          settings={choice.settings}
          onChange={(settings) => onChange({ with: 'change', settings })}
        />
      )}
      {choice.with === 'technique' && (
        <Techniques at={choice.at} onChange={(at) => onChange({ with: 'technique', at })} />
      )}
      {choice.with === 'version' && (
        <Versions
          revision={choice.revision}
          onChange={(revision) => onChange({ with: 'version', revision })}
        />
      )}
      {choice.with === 'link' && (
        <label className="compare-link">
          <span>{t('compare.link')}</span>
          <input
            className="input"
            type="url"
            value={choice.url}
            onChange={(event) => onChange({ with: 'link', url: event.target.value })}
          />
        </label>
      )}
    </div>
  );
}

/** The lesson's techniques; one that is in the drawing already is compared with the drawing without it. */
function Techniques({ at, onChange }: { at: number; onChange: (at: number) => void }) {
  const { t, tr } = useTexts();
  const document = useEditor((state) => state.document);
  const catalog = useEditor((state) => state.catalog);
  const techniques = useEditor((state) => state.lesson?.lesson?.techniques);
  return (
    <label className="compare-link">
      <span>{t('compare.technique')}</span>
      <select className="input" value={at} onChange={(event) => onChange(Number(event.target.value))}>
        {techniques?.map((technique, index) => {
          const applied = catalog !== null && isApplied(document, technique, catalog);
          const key = applied ? 'compare.without_named' : 'compare.with_named';
          return (
            <option key={technique.title} value={index}>
              {t(key, { title: tr(technique.title) })}
            </option>
          );
        })}
      </select>
    </label>
  );
}

function Versions({ revision, onChange }: { revision: number | null; onChange: (revision: number) => void }) {
  const { t, language } = useTexts();
  const token = useEditor((state) => state.token);
  const [versions, setVersions] = useState<VersionEntry[] | null>(null);
  useEffect(() => {
    if (token) api.versions(token).then(setVersions, () => setVersions([]));
  }, [token]);
  if (versions?.length === 0) return <p className="muted">{t('compare.no_versions')}</p>;
  const time = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <label className="compare-link">
      <span>{t('compare.version_label')}</span>
      <select
        className="input"
        value={revision ?? ''}
        onChange={(event) => onChange(Number(event.target.value))}
      >
        <option value="" disabled>
          {t('compare.choose')}
        </option>
        {versions?.map((version) => (
          <option key={version.revision} value={version.revision}>
            {[version.name, time.format(new Date(version.saved_at))].filter(Boolean).join(' · ')}
          </option>
        ))}
      </select>
    </label>
  );
}
