/** Call back when light and dark change places: by the system's setting or the page's own switch. */
export function watchTheme(changed: () => void): () => void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  dark.addEventListener('change', changed);
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, {
    attributes: true,
    attributeFilter: ['class', 'data-theme', 'style', 'lang'],
  });
  return () => {
    dark.removeEventListener('change', changed);
    observer.disconnect();
  };
}
