import { useId } from 'react';
import type { ScenarioNode } from '../core/document';
import { groupsAround } from '../core/groupChanges';
import { groupKindOf } from '../core/groupEdits';
import { applyLocal, useEditor } from '../store';
import { useTexts } from '../useTexts';
import { GroupField } from './GroupField';

/** The group that a component is in, and whether those outside its private network reach it. */
export function NodePlace({ node, disabled }: { node: ScenarioNode; disabled: boolean }) {
  const { t } = useTexts();
  const id = useId();
  const catalog = useEditor((state) => state.catalog);
  const document = useEditor((state) => state.document);
  if (document.groups.length === 0 || !catalog) return null;
  const around = groupsAround(document, node.group_id);
  const isPrivate = around.some((group) => groupKindOf(catalog, group.kind)?.is_private);
  return (
    <section className="field-group">
      <GroupField
        groups={document.groups}
        value={node.group_id ?? null}
        disabled={disabled}
        onChange={(group_id) => applyLocal([{ type: 'set_node_group', node_id: node.id, group_id }])}
      />
      {isPrivate && (
        <div className="field" data-type="bool" data-changed={node.gateway || undefined}>
          <div className="field-head">
            <label htmlFor={id}>{t('group.gateway')}</label>
          </div>
          <span className="switch">
            <input
              id={id}
              type="checkbox"
              role="switch"
              checked={node.gateway ?? false}
              aria-checked={node.gateway ?? false}
              disabled={disabled}
              aria-describedby={`${id}-help`}
              onChange={(event) =>
                applyLocal([{ type: 'set_gateway', node_id: node.id, gateway: event.target.checked }])
              }
            />
            <span aria-hidden="true">{t(node.gateway ? 'inspector.on' : 'inspector.off')}</span>
          </span>
          <p className="field-help" id={`${id}-help`}>
            {t('group.gateway_help')}
          </p>
        </div>
      )}
    </section>
  );
}
