import { useId, useState } from 'react';
import { kindOf, type ParameterSpec, type ParameterValue } from '../core/catalog';
import type { Setting } from '../core/compare';
import { findNode, type ScenarioNode } from '../core/document';
import { displayUnit, parseQuantity, plainNumber } from '../core/units';
import { useEditor } from '../store';
import { Glyph } from '../ui/icons';
import { useTexts } from '../useTexts';

const SETTINGS_MAX = 8;
/** Lists and texts are changed in the design itself. */
const SETTABLE: ReadonlySet<ParameterSpec['type']> = new Set(['float', 'int', 'bool', 'choice']);

interface Props {
  settings: readonly Setting[];
  onChange: (settings: Setting[]) => void;
}

/** The settings that are different in the second design, one row each. */
export function SettingRows({ settings, onChange }: Props) {
  const { t } = useTexts();
  const document = useEditor((state) => state.document);
  const nodes = useSettableNodes();
  const first = nodes[0];
  const add = () => {
    const spec = first?.specs[0];
    if (spec) onChange([...settings, settingOf(first.node, spec)]);
  };
  const replace = (at: number, setting: Setting | null) =>
    onChange(settings.flatMap((each, index) => (index !== at ? [each] : setting ? [setting] : [])));
  return (
    <div className="compare-rows">
      {settings.map((setting, at) => (
        <SettingRow
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place, its contents may all change
          key={at}
          setting={setting}
          node={findNode(document, setting.node_id)}
          onChange={(next) => replace(at, next)}
        />
      ))}
      <button
        type="button"
        className="button small"
        disabled={!first || settings.length >= SETTINGS_MAX}
        onClick={add}
      >
        <Glyph name="plus" />
        {t('compare.add_change')}
      </button>
    </div>
  );
}

function settingOf(node: ScenarioNode, spec: ParameterSpec): Setting {
  return { node_id: node.id, name: spec.name, value: node.parameters[spec.name] ?? spec.default };
}

/** The components that have something to set, with what. */
function useSettableNodes(): { node: ScenarioNode; specs: ParameterSpec[] }[] {
  const document = useEditor((state) => state.document);
  const catalog = useEditor((state) => state.catalog);
  if (!catalog) return [];
  return document.nodes.flatMap((node) => {
    const specs = kindOf(catalog, node.kind)?.parameters.filter(({ type }) => SETTABLE.has(type)) ?? [];
    return specs.length > 0 ? [{ node, specs }] : [];
  });
}

interface RowProps {
  setting: Setting;
  node: ScenarioNode | undefined;
  onChange: (setting: Setting | null) => void;
}

function SettingRow({ setting, node, onChange }: RowProps) {
  const { t, tr } = useTexts();
  const nodes = useSettableNodes();
  const specs = nodes.find((each) => each.node.id === node?.id)?.specs ?? [];
  const spec = specs.find(({ name }) => name === setting.name);
  const chooseNode = (id: string) => {
    const chosen = nodes.find((each) => each.node.id === id);
    const same = chosen?.specs.find(({ name }) => name === setting.name) ?? chosen?.specs[0];
    if (chosen && same) onChange(settingOf(chosen.node, same));
  };
  const chooseSpec = (name: string) => {
    const chosen = specs.find((each) => each.name === name);
    if (node && chosen) onChange(settingOf(node, chosen));
  };
  return (
    <div className="compare-row">
      <select
        className="input"
        aria-label={t('compare.component')}
        value={setting.node_id}
        onChange={(event) => chooseNode(event.target.value)}
      >
        {nodes.map((each) => (
          <option key={each.node.id} value={each.node.id}>
            {each.node.name}
          </option>
        ))}
      </select>
      <select
        className="input"
        aria-label={t('compare.setting')}
        value={setting.name}
        onChange={(event) => chooseSpec(event.target.value)}
      >
        {specs.map((each) => (
          <option key={each.name} value={each.name}>
            {tr(each.label)}
          </option>
        ))}
      </select>
      {spec && (
        <Value
          key={`${setting.node_id} ${spec.name}`}
          spec={spec}
          value={setting.value}
          onChange={(value) => onChange({ ...setting, value })}
        />
      )}
      <button type="button" className="button quiet icon small" onClick={() => onChange(null)}>
        <Glyph name="close" />
        <span className="visually-hidden">{t('compare.remove_change')}</span>
      </button>
    </div>
  );
}

interface ValueProps {
  spec: ParameterSpec;
  value: ParameterValue;
  onChange: (value: ParameterValue) => void;
}

function Value({ spec, value, onChange }: ValueProps) {
  const { t, tr } = useTexts();
  if (spec.type === 'bool') {
    return (
      <label className="compare-value">
        <input
          type="checkbox"
          checked={value === true}
          onChange={(event) => onChange(event.target.checked)}
        />
        {tr(spec.label)}
      </label>
    );
  }
  if (spec.type === 'choice') {
    return (
      <select
        className="input"
        aria-label={t('compare.value')}
        value={String(value)}
        onChange={(event) => onChange(event.target.value)}
      >
        {Object.entries(spec.choices).map(([choice, title]) => (
          <option key={choice} value={choice}>
            {tr(title)}
          </option>
        ))}
      </select>
    );
  }
  return <NumberValue spec={spec} value={Number(value)} onChange={onChange} />;
}

function NumberValue({
  spec,
  value,
  onChange,
}: {
  spec: ParameterSpec;
  value: number;
  onChange: (value: number) => void;
}) {
  const { t } = useTexts();
  const id = useId();
  const [unit] = useState(() => displayUnit(spec.unit, value === 0 ? Number(spec.default) : value));
  const [text, setText] = useState(() => plainNumber(value / unit.factor));
  const parsed = parseQuantity(text, spec.unit, unit);
  const valid = parsed !== null && isWithin(parsed, spec);
  return (
    <span className="number">
      <input
        id={id}
        className="input"
        inputMode="decimal"
        autoComplete="off"
        aria-label={t('compare.value')}
        aria-invalid={!valid}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          const next = parseQuantity(event.target.value, spec.unit, unit);
          if (next !== null && isWithin(next, spec)) onChange(spec.type === 'int' ? Math.round(next) : next);
        }}
      />
      {unit.symbol && <span className="unit">{unit.symbol}</span>}
    </span>
  );
}

function isWithin(value: number, { ge, gt, le }: ParameterSpec): boolean {
  return (ge === null || value >= ge) && (gt === null || value > gt) && (le === null || value <= le);
}
