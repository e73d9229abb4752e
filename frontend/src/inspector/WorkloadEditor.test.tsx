import { render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { newRequestClass } from '../core/catalog';
import { CATALOG, waterworks } from '../core/testCatalog';
import { useRun } from '../runStore';
import { openDocument, useEditor } from '../store';
import { WorkloadEditor } from './WorkloadEditor';

const trickle = newRequestClass(CATALOG, 'trickle');
const flood = { ...trickle, name: 'flood', share: 3 };

afterEach(() => useRun.setState({ begun: null }));

it('compares a class with the one of its name that the run began with, wherever it stands now', () => {
  const begun = { ...waterworks(), workload: { classes: [trickle, flood] } };
  const edited = { ...begun, workload: { classes: [flood] } };
  openDocument(edited, { token: 'tok', viewToken: null, permission: 'edit', revision: 0 });
  useEditor.setState({ catalog: CATALOG });
  useRun.setState({ begun });
  const { container, rerender } = render(<WorkloadEditor />);
  expect(screen.getByDisplayValue('flood')).toBeDefined();
  expect(container.querySelector('.since')).toBeNull();
  useRun.setState({ begun: { ...begun, workload: { classes: [trickle, { ...flood, share: 2 }] } } });
  rerender(<WorkloadEditor />);
  expect(container.querySelector('.since')).not.toBeNull();
});
