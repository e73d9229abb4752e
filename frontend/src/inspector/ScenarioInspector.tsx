import { applyLocal, endGesture, useEditor } from '../store';
import { useTexts } from '../useTexts';
import { CapacityPreview } from './CapacityPreview';
import { Orphans } from './Orphans';
import { WorkloadEditor } from './WorkloadEditor';

const SCENARIO: { node_id: null; edge_id: null } = { node_id: null, edge_id: null };

/** Shown while nothing is selected: what the design promises, what is asked of it, and notes. */
export function ScenarioInspector() {
  const { t } = useTexts();
  const notes = useEditor((state) => state.document.notes);
  const readOnly = useEditor((state) => state.permission === 'view');
  return (
    <div className="inspector-body">
      <CapacityPreview />
      <Orphans owner={SCENARIO} fields={[]} />
      <WorkloadEditor />
      <section className="field-group">
        <div className="field">
          <label className="section-title" htmlFor="scenario-notes">
            {t('inspector.notes')}
          </label>
          <textarea
            id="scenario-notes"
            className="input notes"
            rows={4}
            value={notes}
            disabled={readOnly}
            placeholder={t('inspector.notes_hint')}
            onChange={(event) => applyLocal([{ type: 'set_notes', notes: event.target.value }], 'notes')}
            onBlur={endGesture}
          />
        </div>
      </section>
    </div>
  );
}
