import { useConnection, useReactFlow } from '@xyflow/react';
import { useEffect, useRef, useState } from 'react';
import { refusal } from '../core/catalog';
import type { Point } from '../core/geometry';
import { useEditor } from '../store';
import { useTexts } from '../useTexts';
import { nodeAt } from './hit';

/** Says beside the pointer, while a wire is being drawn, why it cannot end on the component below. */
export function ConnectionHint() {
  const origin = useConnection((connection) => (connection.inProgress ? connection.fromNode.id : null));
  const forward = useConnection((connection) =>
    connection.inProgress ? connection.fromHandle.type === 'source' : true,
  );
  const { screenToFlowPosition } = useReactFlow();
  const [below, setBelow] = useState<string | null>(null);
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!origin) {
      setBelow(null);
      return;
    }
    const follow = (event: PointerEvent) => {
      const client: Point = { x: event.clientX, y: event.clientY };
      const found = nodeAt(screenToFlowPosition(client));
      setBelow(found === origin ? null : found);
      if (box.current) box.current.style.transform = `translate(${client.x + 14}px, ${client.y + 14}px)`;
    };
    window.addEventListener('pointermove', follow);
    return () => window.removeEventListener('pointermove', follow);
  }, [origin, screenToFlowPosition]);

  return (
    <div ref={box} className="connection-hint" hidden={!below} aria-hidden="true">
      {origin && below && <HintText source={forward ? origin : below} target={forward ? below : origin} />}
    </div>
  );
}

function HintText({ source, target }: { source: string; target: string }) {
  const { t, tr } = useTexts();
  const catalog = useEditor((state) => state.catalog);
  const document = useEditor((state) => state.document);
  const reason = catalog && refusal(catalog, document, source, target);
  if (!reason) return <span className="hint-good">{t('connect.release')}</span>;
  const { role, ...names } = reason.values;
  return <span className="hint-bad">{t(reason.key, role ? { ...names, role: tr(role) } : names)}</span>;
}
