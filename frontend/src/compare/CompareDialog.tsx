import { useRef, useState } from 'react';
import { compare, DURATIONS_S, RUN_COUNTS } from '../core/compare';
import { formatSeconds } from '../core/format';
import { addTexts } from '../core/i18n';
import type { ComparisonResult, Document } from '../core/protocol';
import en from '../locales/compare.en.json';
import ko from '../locales/compare.ko.json';
import { errorText } from '../session';
import { useEditor } from '../store';
import { Dialog } from '../ui/Dialog';
import { useTexts } from '../useTexts';
import { openDialog } from '../view';
import { type Choice, DesignChooser, IncompleteError, NO_CHOICE, secondDesign } from './DesignChooser';
import { Result } from './Result';
import './compare.css';

addTexts(en, ko);

interface Found {
  result: ComparisonResult;
  first: Document;
  second: Document;
  names: [string, string];
}

/** Two designs, or one with a change, on identical arrivals: chosen, run on the server, and told apart. */
export default function CompareDialog() {
  const texts = useTexts();
  const { t } = texts;
  const document = useEditor((state) => state.document);
  const [choice, setChoice] = useState<Choice>(NO_CHOICE);
  const [duration_s, setDuration] = useState(60);
  const [runs, setRuns] = useState(5);
  const [doneRatio, setDoneRatio] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [found, setFound] = useState<Found | null>(null);
  const abort = useRef<AbortController | null>(null);

  const run = async () => {
    abort.current = new AbortController();
    const { signal } = abort.current;
    setProblem(null);
    setDoneRatio(0);
    try {
      const { second, name } = await secondDesign(document, choice, texts);
      const result = await compare({ first: document, second, duration_s, runs }, setDoneRatio, signal);
      setFound({ result, first: document, second, names: [t('compare.this_design'), name] });
    } catch (error) {
      if (!signal.aborted) setProblem(error instanceof IncompleteError ? error.message : errorText(error));
    }
    setDoneRatio(null);
  };
  const close = () => {
    abort.current?.abort();
    openDialog(null);
  };
  const busy = doneRatio !== null;
  return (
    <Dialog title={t('compare.title')} onClose={close}>
      <div className="compare">
        <p className="muted">{t('compare.lead')}</p>
        <fieldset className="compare-settings" disabled={busy}>
          <legend className="visually-hidden">{t('compare.settings')}</legend>
          <DesignChooser choice={choice} onChange={setChoice} />
          <div className="compare-amounts">
            <Amount
              label={t('compare.duration')}
              value={duration_s}
              choices={DURATIONS_S}
              text={formatSeconds}
              onChange={setDuration}
            />
            <Amount
              label={t('compare.runs')}
              value={runs}
              choices={RUN_COUNTS}
              text={String}
              onChange={setRuns}
            />
            {!busy && (
              <button
                type="button"
                className="button primary"
                disabled={document.nodes.length === 0}
                onClick={() => void run()}
              >
                {t('compare.start')}
              </button>
            )}
          </div>
        </fieldset>
        {busy && (
          <div className="compare-progress">
            <progress max={1} value={doneRatio} aria-label={t('compare.progress')} />
            <button type="button" className="button" onClick={() => abort.current?.abort()}>
              {t('compare.cancel')}
            </button>
          </div>
        )}
        <div role="status">
          {problem && <p className="compare-problem">{problem}</p>}
          {found && !busy && (
            <p className="visually-hidden">{t('compare.finished', { runs: found.result.seeds.length })}</p>
          )}
        </div>
        {found && !busy && <Result {...found} />}
      </div>
    </Dialog>
  );
}

interface AmountProps {
  label: string;
  value: number;
  choices: readonly number[];
  text: (value: number) => string;
  onChange: (value: number) => void;
}

function Amount({ label, value, choices, text, onChange }: AmountProps) {
  return (
    <label className="compare-amount">
      <span>{label}</span>
      <select className="input" value={value} onChange={(event) => onChange(Number(event.target.value))}>
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {text(choice)}
          </option>
        ))}
      </select>
    </label>
  );
}
