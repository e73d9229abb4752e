import type { ReactNode } from 'react';
import { removeGroup } from '../actions';
import { settingsAtStart } from '../core/begun';
import { defaultText } from '../core/defaults';
import type { ScenarioGroup } from '../core/document';
import { groupsAround, membersOf } from '../core/groupChanges';
import { groupKindOf, mayHold } from '../core/groupEdits';
import { useRun } from '../runStore';
import { applyLocal, select, useEditor } from '../store';
import { Glyph } from '../ui/icons';
import { useTexts } from '../useTexts';
import { GroupField } from './GroupField';
import { NameField } from './NameField';
import { ParameterGroups } from './ParameterGroups';

interface Props {
  group: ScenarioGroup;
  faults: ReactNode;
}

/** The settings of a region, zone or network, and what is in it. */
export function GroupInspector({ group, faults }: Props) {
  const { t, tr } = useTexts();
  const catalog = useEditor((state) => state.catalog);
  const document = useEditor((state) => state.document);
  const readOnly = useEditor((state) => state.permission === 'view');
  const begun = useRun((state) => settingsAtStart(state.begun, 'groups', group.id));
  const kind = catalog && groupKindOf(catalog, group.kind);
  const members = membersOf(document, group.id);
  const sourced = kind?.parameters.filter((spec) => spec.source) ?? [];
  const owner = { node_id: null, edge_id: null };
  const around = document.groups.filter(
    (other) =>
      catalog &&
      mayHold(groupKindOf(catalog, other.kind), kind ?? undefined) &&
      groupsAround(document, other.id).every(({ id }) => id !== group.id),
  );
  return (
    <>
      <header className="inspector-head">
        <span className="node-icon">
          <Glyph name="group" />
        </span>
        <div className="inspector-words">
          <NameField
            key={group.id}
            name={group.name}
            label={t('inspector.name')}
            disabled={readOnly}
            onChange={(name, gesture) =>
              applyLocal([{ type: 'rename_group', group_id: group.id, name }], gesture)
            }
          />
          <p className="muted">{kind ? tr(kind.title) : group.kind}</p>
        </div>
      </header>
      {!readOnly && (
        <div className="inspector-actions">
          <button type="button" className="button small danger" onClick={() => removeGroup(group.id)}>
            <Glyph name="trash" />
            {t('group.remove')}
          </button>
        </div>
      )}
      {!readOnly && members.length > 0 && faults}
      <div className="inspector-body">
        {kind && kind.parameters.length > 0 && (
          <ParameterGroups
            key={group.id}
            specs={kind.parameters}
            parameters={group.parameters}
            begun={begun}
            owner={owner}
            pathPrefix={`${group.id}.`}
            disabled={readOnly}
            onChange={(spec, value, gesture) =>
              applyLocal(
                [{ type: 'set_group_parameter', group_id: group.id, name: spec.name, value }],
                gesture && `${gesture} ${group.id}`,
              )
            }
          />
        )}
        <section className="field-group">
          <GroupField
            groups={around}
            value={group.parent_id ?? null}
            disabled={readOnly}
            onChange={(parent_id) =>
              applyLocal([{ type: 'set_group_parent', group_id: group.id, parent_id }])
            }
          />
          <h3 className="section-title">{t('group.members', { count: members.length })}</h3>
          <ul className="group-members">
            {members.map((node) => (
              <li key={node.id}>
                <button type="button" className="link" onClick={() => select({ nodes: [node.id] })}>
                  {node.name}
                </button>
                {kind?.is_private && node.gateway && <span className="muted"> · {t('group.gateway')}</span>}
              </li>
            ))}
          </ul>
          {members.length === 0 && <p className="muted">{t('group.empty')}</p>}
        </section>
        {kind && (
          <div className="about">
            <h3>{t('inspector.models')}</h3>
            <p>{tr(kind.models)}</p>
            <h3>{t('inspector.leaves_out')}</h3>
            <p>{tr(kind.leaves_out)}</p>
            {sourced.length > 0 && <h3>{t('inspector.sources')}</h3>}
            <dl className="sources">
              {sourced.map((spec) => (
                <div key={spec.name}>
                  <dt>
                    {tr(spec.label)}: {defaultText(spec)}
                  </dt>
                  <dd>{tr(spec.source)}</dd>
                </div>
              ))}
            </dl>
          </div>
        )}
      </div>
    </>
  );
}
