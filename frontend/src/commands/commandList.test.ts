import { describe, expect, it } from 'vitest';
import { t, tr } from '../core/i18n';
import { CATALOG, waterworks } from '../core/testCatalog';
import { openDocument, useEditor } from '../store';
import { commandsFor } from './commandList';

const RUN = { allowed: true, running: false, known: true };

function found(query: string, part: object = {}): string[] {
  const texts = { language: 'en' as const, t, tr };
  const asked = { catalog: CATALOG, document: waterworks(), texts, editable: true, run: RUN, ...part };
  return commandsFor(asked, query).map(({ label }) => label);
}

describe('commands', () => {
  it('are found by their words, places by their names, components also by product names', () => {
    expect(found('share')).toEqual(['Share']);
    expect(found('korean').concat(found('language'))).toEqual(['English', '한국어']);
    expect(found('copper tube')).toEqual(['Add: Pipe']);
    const name = waterworks().nodes[0]?.name ?? '';
    expect(found(name)).toContain(`Go to ${name}`);
  });

  it('fit the run and what this page may do', () => {
    expect(found('')).toContain('Run');
    expect(found('', { run: { ...RUN, running: true } })).toContain('Pause');
    const watching = found('', { editable: false, run: { ...RUN, allowed: false } });
    expect(watching).not.toContain('Run');
    expect(watching).not.toContain('Undo');
    expect(watching.some((label) => label.startsWith('Add:'))).toBe(false);
  });

  it('do what they say', () => {
    useEditor.setState({ catalog: CATALOG });
    openDocument(waterworks(), { token: null, viewToken: null, permission: 'edit', revision: 0 });
    const before = useEditor.getState().document.nodes.length;
    const texts = { language: 'en' as const, t, tr };
    const { document } = useEditor.getState();
    commandsFor({ catalog: CATALOG, document, texts, editable: true, run: RUN }, 'hose')[0]?.run();
    expect(useEditor.getState().document.nodes).toHaveLength(before + 1);
  });
});
