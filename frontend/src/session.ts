/** Opening and storing a scenario: what happens on loading the page, and the first save. */

import { introduce } from './company';
import { ApiError, api } from './core/api';
import { titlesOf } from './core/catalog';
import { emptyDocument, type ScenarioDocument, setDefaultWorkload } from './core/document';
import { changeLanguage, isLanguage, type Language, provideTitles, t, tr } from './core/i18n';
import { recall, remember } from './core/memory';
import type { Document } from './core/protocol';
import { startSync } from './core/sync';
import { keepPending, resumeKept } from './kept';
import { followLesson } from './lessons';
import { adoptLink, notify, openDocument, type Theme, useEditor } from './store';

const DRAFT_KEY = 'playground.draft';
const LANGUAGE_KEY = 'playground.language';
const THEME_KEY = 'playground.theme';
const DRAFT_SAVE_MS = 400;
/** As the server's settings call it. */
const LANGUAGE_COOKIE = 'language';
const LANGUAGE_COOKIE_S = 365 * 24 * 3600;

export function tokenFromPath(path: string): string | null {
  return /^\/s\/([\w-]+)\/?$/.exec(path)?.[1] ?? null;
}

/** Load what the page needs. Throws an `ApiError` when the server or the link does not answer. */
export async function start(): Promise<void> {
  applyTheme(storedTheme());
  const token = tokenFromPath(location.pathname);
  const [catalog, library, stored] = await Promise.all([
    api.catalog(),
    token ? Promise.resolve([]) : api.library(),
    token ? api.load(token) : Promise.resolve(null),
    switchLanguage(storedLanguage()),
  ]);
  setDefaultWorkload(catalog.default_workload);
  provideTitles(titlesOf(catalog));
  useEditor.setState({ catalog, library });
  followLesson();
  if (token && stored) {
    openDocument(stored.document, {
      token,
      viewToken: stored.view_token,
      permission: stored.permission,
      revision: stored.revision,
    });
    useEditor.setState({ diagnostics: stored.diagnostics });
    resumeKept();
  } else {
    openLocal(emptyDocument(t('scenario.untitled')));
  }
  keepDraft();
  keepPending();
  warnOfUnsaved();
}

/** Leaving with edits that neither the server nor this browser has asks first: the browser shows its own words. */
function warnOfUnsaved(): void {
  window.addEventListener('beforeunload', (event) => {
    const { token, sync, kept } = useEditor.getState();
    if (token !== null && sync.pending.length > 0 && !kept) event.preventDefault();
  });
}

/** Show a document that the server does not know yet. */
export function openLocal(document: Document): void {
  openDocument(document, { token: null, viewToken: null, permission: 'edit', revision: 0 });
}

let creation: Promise<string | null> | null = null;

/**
 * Make sure the server knows this scenario; return its token, or null (and say why) when that failed.
 *
 * The first call stores the drawing and puts its link into the address bar.
 */
export function ensureScenario(): Promise<string | null> {
  const { token } = useEditor.getState();
  if (token) return Promise.resolve(token);
  creation ??= createScenario().finally(() => {
    creation = null;
  });
  return creation;
}

async function createScenario(): Promise<string | null> {
  const { document } = useEditor.getState();
  useEditor.setState({ creating: true });
  try {
    const links = await api.create(document);
    history.replaceState(null, '', links.edit_url);
    adoptLink(links.edit_token, links.view_token);
    removeDraft();
    return links.edit_token;
  } catch (error) {
    foldPending();
    notify(errorText(error), 'error');
    return null;
  }
}

/** The first save failed: what was drawn meanwhile belongs to the local drawing again. */
function foldPending(): void {
  const { document } = useEditor.getState();
  useEditor.setState({ creating: false, sync: startSync(document, 0) });
}

export function errorText(error: unknown): string {
  return error instanceof ApiError ? tr(error.template, error.values) : t('error.unexpected');
}

export async function switchLanguage(language: Language): Promise<void> {
  await changeLanguage(language);
  remember(LANGUAGE_KEY, language);
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Firefox and Safari
  document.cookie = `${LANGUAGE_COOKIE}=${language};path=/;max-age=${LANGUAGE_COOKIE_S};samesite=lax`;
  document.documentElement.lang = language;
  useEditor.setState({ language });
  introduce(); // a made-up name is one of the page's language
}

function storedLanguage(): Language {
  const chosen = recall(LANGUAGE_KEY);
  if (isLanguage(chosen)) return chosen;
  const page = document.documentElement.lang.slice(0, 2);
  return isLanguage(page) ? page : 'en';
}

export function applyTheme(theme: Theme): void {
  remember(THEME_KEY, theme);
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  useEditor.setState({ theme });
}

function storedTheme(): Theme {
  const chosen = recall(THEME_KEY);
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system';
}

let draftTimer: ReturnType<typeof setTimeout> | undefined;

/** Keep a drawing that has no link yet in this browser, so that closing the page by mistake loses nothing. */
function keepDraft(): void {
  useEditor.subscribe((state, before) => {
    if (state.document === before.document || state.token !== null) return;
    clearTimeout(draftTimer);
    draftTimer = setTimeout(() => {
      const { document, token } = useEditor.getState();
      if (token === null && document.nodes.length > 0) remember(DRAFT_KEY, JSON.stringify(document));
    }, DRAFT_SAVE_MS);
  });
}

export function readDraft(): ScenarioDocument | null {
  try {
    const draft = JSON.parse(recall(DRAFT_KEY) ?? 'null') as ScenarioDocument | null;
    return draft && Array.isArray(draft.nodes) && draft.nodes.length > 0 ? draft : null;
  } catch {
    return null;
  }
}

export function removeDraft(): void {
  clearTimeout(draftTimer);
  remember(DRAFT_KEY, null);
}
