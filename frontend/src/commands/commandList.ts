/** Everything that can be asked for by name: verbs of the page, components to add, places to go. */
import { addKind, showSetting, tidy } from '../actions';
import { openFaults } from '../aim';
import { type Catalog, searchKinds } from '../core/catalog';
import type { ScenarioDocument } from '../core/document';
import { LANGUAGES } from '../core/i18n';
import { DRAWER_TABS } from '../core/linkFlags';
import { WHEEL_HABITS } from '../core/wheel';
import { pause, play, restart, setSpeed } from '../runStore';
import { applyTheme, switchLanguage } from '../session';
import { openDrawer, redo, type Theme, undo } from '../store';
import type { Texts } from '../useTexts';
import { getCamera, openDialog, openSheet, present, setWheel } from '../view';

export interface Command {
  key: string;
  label: string;
  /** more words that find it */
  words?: string;
  run: () => void;
}

interface Asked {
  catalog: Catalog;
  document: ScenarioDocument;
  texts: Texts;
  editable: boolean;
  /** whether this page may control the run, and how it stands */
  run: { allowed: boolean; running: boolean; known: boolean };
}

const LANGUAGE_NAMES = { en: 'English', ko: '한국어' };
const THEMES: readonly Theme[] = ['system', 'light', 'dark'];
/** Faults have a command of their own. */
const PANELS = DRAWER_TABS.filter((tab) => tab !== 'faults');
/** Names of formats are the same in every language. */
const EXPORT_WORDS = 'PNG SVG JSON CSV Mermaid WebM HTML';
const IMPORT_WORDS = 'JSON Mermaid docker-compose YAML';
const SPEEDS = [0.1, 0.5, 1, 2, 5, 10];

/** What fits the query, best first: commands, then components to go to, then components to add. */
export function commandsFor(asked: Asked, query: string): Command[] {
  const { catalog, document, texts, editable } = asked;
  const wanted = query.trim().toLocaleLowerCase();
  const fits = ({ label, words = '' }: Command) => `${label} ${words}`.toLocaleLowerCase().includes(wanted);
  const go = document.nodes.map((node) => ({
    key: `go ${node.id}`,
    label: texts.t('commands.go', { name: node.name }),
    run: () => showSetting({ node_id: node.id, edge_id: null, field: null }),
  }));
  const kinds = editable ? searchKinds(catalog, query, texts.tr) : [];
  const add = kinds.map(({ kind }) => ({
    key: `add ${kind.kind}`,
    label: texts.t('commands.add', { title: texts.tr(kind.title) }),
    run: () => {
      addKind(kind);
    },
  }));
  const verbs = [...runCommands(asked), ...pageCommands(asked)].filter(fits);
  return [...verbs, ...go.filter(fits), ...add];
}

function runCommands({ texts: { t }, run, document }: Asked): Command[] {
  if (!run.allowed || document.nodes.length === 0) return [];
  const toggle = run.running
    ? { key: 'pause', label: t('live.run.pause'), run: pause }
    : { key: 'play', label: t('live.run.play'), run: () => void play() };
  if (!run.known) return [toggle];
  const speeds = SPEEDS.map((factor) => ({
    key: `speed ${factor}`,
    label: t('commands.speed', { speed: `${factor}×` }),
    run: () => setSpeed(factor),
  }));
  return [toggle, { key: 'restart', label: t('live.run.restart'), run: () => restart(null) }, ...speeds];
}

function pageCommands({ texts: { t }, editable }: Asked): Command[] {
  const edits: Command[] = [
    { key: 'undo', label: t('keys.undo'), run: undo },
    { key: 'redo', label: t('keys.redo'), run: redo },
    { key: 'tidy', label: t('canvas.tidy'), run: () => void tidy() },
  ];
  return [
    { key: 'share', label: t('app.share'), run: () => openDialog('share') },
    { key: 'compare', label: t('app.compare'), run: () => openDialog('compare') },
    { key: 'versions', label: t('together.versions.title'), run: () => openDialog('versions') },
    { key: 'people', label: t('together.people'), run: () => openDialog('people') },
    { key: 'export', label: t('app.export'), words: EXPORT_WORDS, run: () => openDialog('export') },
    { key: 'import', label: t('app.import'), words: IMPORT_WORDS, run: () => openDialog('import') },
    { key: 'faults', label: t('commands.faults'), words: t('drawer.faults'), run: () => openFaults() },
    { key: 'fit', label: t('keys.zoom_fit'), run: () => getCamera()?.fit() },
    ...(editable ? edits : []),
    { key: 'present', label: t('present.toggle'), words: t('share.opens_present'), run: () => present() },
    ...PANELS.map((panel) => ({
      key: `show ${panel}`,
      label: t('commands.show', { panel: t(`drawer.${panel}`) }),
      run: () => {
        openDrawer(panel);
        openSheet('drawer');
      },
    })),
    ...LANGUAGES.map((code) => ({
      key: `language ${code}`,
      label: LANGUAGE_NAMES[code],
      words: t('app.language'),
      run: () => void switchLanguage(code),
    })),
    ...THEMES.map((theme) => ({
      key: `theme ${theme}`,
      label: t(`app.theme_${theme}`),
      run: () => applyTheme(theme),
    })),
    ...WHEEL_HABITS.map((habit) => ({
      key: `wheel ${habit}`,
      label: `${t('wheel.title')}: ${t(`wheel.${habit}`)}`,
      run: () => setWheel(habit),
    })),
    { key: 'keys', label: t('keys.title'), run: () => openDialog('keys') },
  ];
}
