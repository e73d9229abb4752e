import { useMemo } from 'react';
import { showSetting } from '../actions';
import type { Diagnostic } from '../core/api';
import { findEdge, findNode } from '../core/document';
import { useEditor } from '../store';

const WEIGHT = { error: 0, warning: 1, info: 2 };

export function sorted(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort((a, b) => WEIGHT[a.severity] - WEIGHT[b.severity]);
}

export function useProblems(): Diagnostic[] {
  const diagnostics = useEditor((state) => state.diagnostics);
  return useMemo(() => sorted(diagnostics), [diagnostics]);
}

/** Go to the next (1) or previous (-1) problem and show its setting. */
export function stepProblem(step: 1 | -1): void {
  const { diagnostics, problem } = useEditor.getState();
  const problems = sorted(diagnostics);
  if (problems.length === 0) return;
  const from = problem ?? (step === 1 ? -1 : 0);
  const next = (from + step + problems.length) % problems.length;
  useEditor.setState({ problem: next, drawer: 'problems' });
  const found = problems[next];
  if (found) showSetting(found);
}

/** The name of the place a problem is about; empty when it is about the whole scenario. */
export function useWhere(): (problem: Diagnostic) => string {
  const document = useEditor((state) => state.document);
  return ({ node_id, edge_id }) => {
    if (node_id) return findNode(document, node_id)?.name ?? '';
    const edge = edge_id ? findEdge(document, edge_id) : undefined;
    if (!edge) return '';
    return `${findNode(document, edge.source)?.name ?? ''} → ${findNode(document, edge.target)?.name ?? ''}`;
  };
}
