import { type ChangeEvent, useEffect, useMemo, useState } from 'react';
import { api } from '../core/api';
import { completeDocument, type ScenarioDocument } from '../core/document';
import { drawPicture } from '../core/picture';
import type { Imported } from '../core/protocol';
import { errorText } from '../session';
import { notify, useEditor } from '../store';
import { Glyph } from '../ui/icons';
import { useTexts } from '../useTexts';
import { openDialog } from '../view';
import { addToDrawing, FILE_BYTES_MAX, incoming, openAsNew, placed, takeIncoming } from './bringIn';
import { isDark, loadIcons, svgUrl } from './files';

/** A file, a paste or a drop becomes a preview with everything that did not fit, and then a scenario. */
export function ImportPanel() {
  const { t } = useTexts();
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [read, setRead] = useState<Imported | null>(null);

  const parse = async (content: string) => {
    if (content.trim() === '') return;
    setBusy(true);
    try {
      setRead(await api.importDrawing(content));
    } catch (error) {
      setRead(null);
      notify(errorText(error), 'error');
    }
    setBusy(false);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: a dropped file is taken once
  useEffect(() => {
    const take = () => {
      const dropped = takeIncoming();
      if (dropped === null) return;
      setText(dropped);
      void parse(dropped);
    };
    take();
    return incoming.subscribe(take);
  }, []);

  const choose = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    event.target.value = '';
    if (!file) return;
    if (file.size > FILE_BYTES_MAX) {
      notify(t('exchange.import.too_large', { limit: FILE_BYTES_MAX / 1e6 }), 'error');
      return;
    }
    const content = await file.text();
    setText(content);
    await parse(content);
  };
  return (
    <div className="exchange-import">
      <p className="muted">{t('exchange.import.lead')}</p>
      <label className="button exchange-file">
        <Glyph name="upload" />
        {t('exchange.import.file')}
        <input
          type="file"
          className="visually-hidden"
          accept=".json,.mmd,.mermaid,.md,.yml,.yaml,.txt"
          onChange={(event) => void choose(event)}
        />
      </label>
      <label className="exchange-paste">
        {t('exchange.import.paste')}
        <textarea
          className="input"
          rows={5}
          spellCheck={false}
          value={text}
          placeholder={EXAMPLE}
          onChange={(event) => {
            setText(event.target.value);
            setRead(null);
          }}
        />
      </label>
      {!read && (
        <button
          type="button"
          className="button primary"
          disabled={busy || text.trim() === ''}
          onClick={() => void parse(text)}
        >
          {t('exchange.import.read')}
        </button>
      )}
      {read && <Result read={read} />}
    </div>
  );
}

const EXAMPLE = 'flowchart LR\n  users([Users]) --> web[nginx] --> db[(PostgreSQL)]';

function Result({ read }: { read: Imported }) {
  const { t } = useTexts();
  const [document, setDocument] = useState<ScenarioDocument | null>(null);
  const editable = useEditor((state) => state.permission === 'edit');
  const filled = useEditor((state) => state.document.nodes.length > 0);
  const most = useEditor((state) => state.catalog?.limits.changes_per_batch_max ?? 0);
  useEffect(() => {
    if (!read.document) return;
    void placed(completeDocument(read.document), read.is_placed).then(setDocument);
  }, [read]);
  if (!read.document) {
    return (
      <div role="alert" className="exchange-refused">
        <strong>{t('exchange.import.refused')}</strong>
        <Remarks read={read} />
      </div>
    );
  }
  if (!document) return null;
  const { nodes, edges, groups } = document;
  const fits = nodes.length + edges.length + groups.length <= most;
  return (
    <>
      <p role="status">
        <strong>{t(`exchange.import.found_${read.source ?? 'json'}`)}</strong>{' '}
        {t('exchange.import.counts', { nodes: nodes.length, edges: edges.length, groups: groups.length })}
      </p>
      <Preview document={document} />
      <div className="exchange-actions">
        <button type="button" className="button primary" onClick={() => void openAsNew(document)}>
          {t('exchange.import.open')}
        </button>
        {editable && filled && (
          <button
            type="button"
            className="button"
            disabled={!fits}
            title={fits ? undefined : t('exchange.import.too_many')}
            onClick={() => {
              if (addToDrawing(document)) openDialog(null);
            }}
          >
            {t('exchange.import.add')}
          </button>
        )}
      </div>
      <Remarks read={read} />
    </>
  );
}

function Preview({ document }: { document: ScenarioDocument }) {
  const texts = useTexts();
  const catalog = useEditor((state) => state.catalog);
  const [icons, setIcons] = useState<ReadonlyMap<string, string>>(new Map());
  useEffect(() => {
    void loadIcons(document.nodes.map((node) => node.kind)).then((loaded) => setIcons(new Map(loaded)));
  }, [document]);
  const svg = useMemo(() => {
    const dark = isDark();
    return catalog && drawPicture(document, catalog, icons, texts, { dark, title: false, feed: null }).svg;
  }, [document, catalog, icons, texts]);
  return svg ? (
    <img className="exchange-preview" src={svgUrl(svg)} alt={texts.t('exchange.import.preview')} />
  ) : null;
}

function Remarks({ read }: { read: Imported }) {
  const { t, tr } = useTexts();
  if (read.remarks.length === 0) return <p className="muted">{t('exchange.import.all_fits')}</p>;
  return (
    <>
      {read.document && <h3>{t('exchange.import.remarks', { count: read.remarks.length })}</h3>}
      <ul className="exchange-remarks">
        {read.remarks.map((remark, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list is never changed
          <li key={at} data-severity={remark.severity}>
            <Glyph name={remark.severity === 'info' ? 'info' : 'error'} />
            <span>
              {tr(remark.message, remark.values)}
              {remark.hint && <span className="muted"> {tr(remark.hint, remark.values)}</span>}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
