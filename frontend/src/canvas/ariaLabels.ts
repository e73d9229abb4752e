import type { AriaLabelConfig } from '@xyflow/react';
import type { Texts } from '../useTexts';

/** React Flow's spoken texts in the page's language. */
export function ariaLabels(t: Texts['t']): Partial<AriaLabelConfig> {
  return {
    'node.a11yDescription.default': t('flow.node_help'),
    'node.a11yDescription.keyboardDisabled': t('flow.node_help_still'),
    'node.a11yDescription.ariaLiveMessage': ({ direction, x, y }) =>
      t('flow.moved', { direction: t(`flow.${direction}`), x: Math.round(x), y: Math.round(y) }),
    'edge.a11yDescription.default': t('flow.edge_help'),
    'controls.ariaLabel': t('flow.controls'),
    'controls.zoomIn.ariaLabel': t('canvas.zoom_in'),
    'controls.zoomOut.ariaLabel': t('canvas.zoom_out'),
    'controls.fitView.ariaLabel': t('canvas.fit'),
    'controls.interactive.ariaLabel': t('flow.interactive'),
    'minimap.ariaLabel': t('flow.minimap'),
    'handle.ariaLabel': t('flow.handle'),
  };
}
