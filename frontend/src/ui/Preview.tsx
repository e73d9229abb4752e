import type { CSSProperties } from 'react';
import { iconUrl } from '../core/catalog';
import { bounds } from '../core/edits';
import { curvePath, edgeCurve, inPort, NODE_HEIGHT, NODE_WIDTH, nodeRect, outPort } from '../core/geometry';
import type { Document } from '../core/protocol';
import './preview.css';

const MARGIN = 60;
const RATIO = 16 / 8;
const ICON = 62;

/** A small drawing of a scenario, made from the scenario itself. */
export function Preview({ document }: { document: Document }) {
  const box = bounds(document.nodes);
  const width = Math.max(box.w + 2 * MARGIN, (box.h + 2 * MARGIN) * RATIO, 900);
  const height = width / RATIO;
  const x = box.x + box.w / 2 - width / 2;
  const y = box.y + box.h / 2 - height / 2;
  const rects = new Map(document.nodes.map((node) => [node.id, nodeRect(node)]));
  return (
    <svg className="preview-drawing" viewBox={`${x} ${y} ${width} ${height}`} aria-hidden="true">
      {document.edges.map((edge) => {
        const from = rects.get(edge.source);
        const to = rects.get(edge.target);
        if (!from || !to) return null;
        return <path key={edge.id} d={curvePath(edgeCurve(outPort(from), inPort(to)))} />;
      })}
      {document.nodes.map((node) => (
        <g key={node.id} transform={`translate(${node.x} ${node.y})`}>
          <rect width={NODE_WIDTH} height={NODE_HEIGHT} rx={20} />
          <foreignObject x={(NODE_WIDTH - ICON) / 2} y={(NODE_HEIGHT - ICON) / 2} width={ICON} height={ICON}>
            <span
              className="preview-icon"
              style={{ '--icon': `url("${iconUrl(node.kind)}")` } as CSSProperties}
            />
          </foreignObject>
        </g>
      ))}
    </svg>
  );
}
