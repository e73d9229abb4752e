import { MiniMap, Panel, type ReactFlowState, useStore } from '@xyflow/react';
import { tidy } from '../actions';
import { NODE_HEIGHT, NODE_WIDTH } from '../core/geometry';
import { useEditor } from '../store';
import { pointedFigure } from '../ui/Figure';
import { Glyph } from '../ui/icons';
import { useTexts } from '../useTexts';
import { getCamera } from '../view';

export function CanvasControls() {
  const { t } = useTexts();
  const zoom = useStore((state) => Math.round(state.transform[2] * 100));
  const count = useEditor((state) => state.document.nodes.length);
  const hidden = useStore(someOutOfSight);
  const editable = useEditor((state) => state.permission === 'edit');
  return (
    <>
      <Panel position="bottom-left" className="canvas-controls" data-over-canvas>
        <button type="button" className="button icon quiet" onClick={() => getCamera()?.zoomBy(1 / 1.25)}>
          <Glyph name="minus" />
          <span className="visually-hidden">{t('canvas.zoom_out')}</span>
        </button>
        <button type="button" className="button quiet zoom-level" onClick={() => getCamera()?.zoom(1)}>
          <span className="visually-hidden">{t('canvas.zoom_full')}: </span>
          <span {...pointedFigure(t('canvas.zoom_meaning'))}>{zoom} %</span>
        </button>
        <button type="button" className="button icon quiet" onClick={() => getCamera()?.zoomBy(1.25)}>
          <Glyph name="plus" />
          <span className="visually-hidden">{t('canvas.zoom_in')}</span>
        </button>
        <button
          type="button"
          className="button icon quiet"
          title={t('canvas.fit')}
          onClick={() => getCamera()?.fit()}
        >
          <Glyph name="fit" />
          <span className="visually-hidden">{t('canvas.fit')}</span>
        </button>
        {editable && count > 1 && (
          <button
            type="button"
            className="button icon quiet"
            title={t('canvas.tidy')}
            onClick={() => void tidy()}
          >
            <Glyph name="tidy" />
            <span className="visually-hidden">{t('canvas.tidy')}</span>
          </button>
        )}
      </Panel>
      {hidden && (
        <MiniMap
          className="minimap"
          pannable
          zoomable
          position="bottom-right"
          nodeColor="var(--line-strong)"
          maskColor="var(--minimap-mask)"
          bgColor="var(--surface)"
          nodeBorderRadius={18}
          style={MAP_SIZE}
        />
      )}
    </>
  );
}

/** A map helps only when part of the drawing is out of sight; else it would only cover it. */
function someOutOfSight({ transform: [x, y, zoom], width, height, nodes }: ReactFlowState): boolean {
  return nodes.some(({ position }) => {
    const left = position.x * zoom + x;
    const top = position.y * zoom + y;
    return left < 0 || top < 0 || left + NODE_WIDTH * zoom > width || top + NODE_HEIGHT * zoom > height;
  });
}

const MAP_SIZE = { width: 168, height: 104 };
