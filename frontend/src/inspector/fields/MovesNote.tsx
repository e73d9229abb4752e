import type { ParameterSpec, ParameterValue } from '../../core/catalog';
import type { Move } from '../../core/protocol';
import { useEditor } from '../../store';
import { useTexts } from '../../useTexts';

const ARROWS: Record<Move['direction'], string> = { up: '↑', down: '↓', changes: '↕' };

/** Which figures of a run a setting moves; of a menu, what the current choice does compared with the default. */
export function MovesNote({ spec, value }: { spec: ParameterSpec; value: ParameterValue }) {
  const { t, tr } = useTexts();
  const figures = useEditor((state) => state.catalog?.figures);
  const moves = shownMoves(spec, value);
  if (!figures || moves.length === 0) return null;
  const list = moves.map((move) => `${tr(figures[move.figure] ?? '')} ${ARROWS[move.direction]}`).join(', ');
  return <p className="field-help field-moves">{t(`inspector.moves_${wordFor(spec, moves)}`, { list })}</p>;
}

function shownMoves(spec: ParameterSpec, value: ParameterValue): Move[] {
  if (spec.type !== 'choice') return spec.moves;
  if (value !== spec.default) return spec.moves.filter((move) => move.choice === '' || move.choice === value);
  // Nothing to compare the default with: all that any other choice changes.
  const names = [...new Set(spec.moves.map((move) => move.figure))];
  return names.map((figure) => ({ figure, direction: 'changes', choice: '' }));
}

function wordFor(spec: ParameterSpec, moves: Move[]): string {
  if (spec.type === 'choice' || moves.every((move) => move.direction === 'changes')) return 'choice';
  return spec.type === 'bool' ? 'on' : 'raised';
}
