import { type ReactNode, useId } from 'react';
import type { ParameterSpec, ParameterValue } from '../../core/catalog';
import { defaultText } from '../../core/defaults';
import { Glyph } from '../../ui/icons';
import { useTexts } from '../../useTexts';
import { BackToStart } from './BackToStart';
import { BoolField } from './BoolField';
import { ChoiceField } from './ChoiceField';
import { ListField } from './ListField';
import { MovesNote } from './MovesNote';
import { NumberField } from './NumberField';
import { TextField } from './TextField';
import { useFieldDiagnostics, useTargetFocus } from './useField';
import { WeightsField } from './WeightsField';

export interface FieldProps {
  spec: ParameterSpec;
  value: ParameterValue;
  /** where the server's remarks about this setting are addressed */
  owner: { node_id: string | null; edge_id: string | null };
  /** the field's path in diagnostics, when it is not the parameter's name */
  path?: string;
  disabled: boolean;
  /** the value with which the run began, when there is one */
  begun?: ParameterValue | undefined;
  /** null means "back to the default"; `gesture` joins the steps of one drag into one undo */
  onChange: (value: ParameterValue | null, gesture: string | null) => void;
}

export interface ControlProps {
  id: string;
  describedBy: string;
  spec: ParameterSpec;
  value: ParameterValue;
  disabled: boolean;
  invalid: boolean;
  onChange: FieldProps['onChange'];
  /** what is wrong with the text being typed, before it becomes a value */
  onDraftError: (error: string | null) => void;
}

/** One declared parameter: its label, its control, its help, and what is wrong with it. */
export function Field({ spec, value, owner, path, disabled, begun, onChange }: FieldProps) {
  const { t, tr } = useTexts();
  const id = useId();
  const field = path ?? spec.name;
  const { problems, draftError, setDraftError } = useFieldDiagnostics(owner, field);
  const row = useTargetFocus(field, id);
  const changed = value !== spec.default;
  const error = draftError ?? null;
  return (
    <div className="field" ref={row} data-changed={changed || undefined} data-type={spec.type}>
      <div className="field-head">
        <label htmlFor={id}>{tr(spec.label)}</label>
        {begun !== undefined && begun !== value && (
          <BackToStart spec={spec} begun={begun} disabled={disabled} onChange={onChange} />
        )}
        {changed && !disabled && (
          <button
            type="button"
            className="button quiet icon small field-reset"
            title={t('inspector.reset', { value: defaultText(spec) })}
            onClick={() => onChange(null, null)}
          >
            <Glyph name="reset" />
            <span className="visually-hidden">
              {tr(spec.label)}: {t('inspector.reset', { value: defaultText(spec) })}
            </span>
          </button>
        )}
      </div>
      <Control
        id={id}
        describedBy={`${id}-help`}
        spec={spec}
        value={value}
        disabled={disabled}
        invalid={error !== null || problems.some((problem) => problem.severity === 'error')}
        onChange={onChange}
        onDraftError={setDraftError}
      />
      <div id={`${id}-help`} className="field-notes">
        {error && <Remark severity="error">{error}</Remark>}
        {problems.map((problem) => (
          <Remark key={problem.code + problem.text} severity={problem.severity}>
            {tr(problem.message, problem.values)}
            {problem.hint && <span className="remark-hint">{tr(problem.hint, problem.values)}</span>}
          </Remark>
        ))}
        <p className="field-help">{tr(spec.help)}</p>
        <MovesNote spec={spec} value={value} />
        {spec.source && (
          <p className="field-source">
            {t('inspector.why', { value: defaultText(spec) })} {tr(spec.source)}
          </p>
        )}
      </div>
    </div>
  );
}

function Control(props: ControlProps) {
  switch (props.spec.type) {
    case 'bool':
      return <BoolField {...props} />;
    case 'choice':
      return <ChoiceField {...props} />;
    case 'text':
      return <TextField {...props} />;
    case 'weights':
      return <WeightsField {...props} />;
    case 'numbers':
    case 'points':
      return <ListField {...props} />;
    default:
      return <NumberField {...props} />;
  }
}

function Remark({ severity, children }: { severity: string; children: ReactNode }) {
  return (
    <p className="remark" data-severity={severity}>
      <Glyph name={severity === 'info' ? 'info' : 'error'} />
      <span>{children}</span>
    </p>
  );
}
