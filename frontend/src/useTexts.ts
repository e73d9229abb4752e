import { useMemo } from 'react';
import { type Language, t, tr, type Values } from './core/i18n';
import { useEditor } from './store';

export interface Texts {
  language: Language;
  /** the page's own text for a key */
  t: (key: string, values?: Values) => string;
  /** a server text, which is its own key */
  tr: (text: string, values?: Values) => string;
}

/** Texts that follow the language switch: the functions change identity when the language does. */
export function useTexts(): Texts {
  const language = useEditor((state) => state.language);
  return useMemo(
    () => ({ language, t: (key, values) => t(key, values), tr: (text, values) => tr(text, values) }),
    [language],
  );
}
