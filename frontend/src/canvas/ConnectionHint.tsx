import { useReactFlow } from '@xyflow/react';
import { useEffect, useRef, useState } from 'react';
import { refusal } from '../core/catalog';
import type { Point } from '../core/geometry';
import { useEditor } from '../store';
import { useTexts } from '../useTexts';
import { nodeAt } from './hit';
import { useWiring } from './wiring';

/** Says beside the pointer, while a wire is being drawn, why it cannot end on the component below. */
export function ConnectionHint() {
  const wiring = useWiring();
  const { origin, forward, clicked } = wiring ?? { origin: null, forward: true, clicked: false };
  const { t } = useTexts();
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
      {origin && below && (
        <HintText
          source={forward ? origin : below}
          target={forward ? below : origin}
          good={t(clicked ? 'connect.click' : 'connect.release')}
        />
      )}
    </div>
  );
}

function HintText({ source, target, good }: { source: string; target: string; good: string }) {
  const { t, tr } = useTexts();
  const catalog = useEditor((state) => state.catalog);
  const document = useEditor((state) => state.document);
  const reason = catalog && refusal(catalog, document, source, target);
  if (!reason) return <span className="hint-good">{good}</span>;
  const { role, ...names } = reason.values;
  return <span className="hint-bad">{t(reason.key, role ? { ...names, role: tr(role) } : names)}</span>;
}
