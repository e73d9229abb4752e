import { useEffect, useState } from 'react';
import { api } from '../core/api';
import { feed } from '../core/feed';
import type { FilmModule } from '../core/filming';
import { drawPicture, type Picture } from '../core/picture';
import { useRun } from '../runStore';
import { errorText } from '../session';
import { notify, useEditor } from '../store';
import { figure } from '../ui/Figure';
import { Glyph } from '../ui/icons';
import { useFeed } from '../useFeed';
import { type Texts, useTexts } from '../useTexts';
import { csvOf, type Rows } from './csv';
import { FilmForm } from './FilmForm';
import { fileName, isDark, loadIcons, pngOf, save, scaleWithin, svgUrl } from './files';

const FORMATS = ['png', 'svg', 'film', 'report', 'json', 'csv', 'mermaid'] as const;
type Format = (typeof FORMATS)[number];
const PICTURES: readonly Format[] = ['png', 'svg'];
const SCALES = [1, 2, 4] as const;

interface Wanted {
  dark: boolean;
  title: boolean;
  live: boolean;
  scale: (typeof SCALES)[number];
  rows: Rows;
}

/** Every way out, each with what can be chosen about it. */
export function ExportPanel({ filming }: { filming: () => Promise<FilmModule> }) {
  const texts = useTexts();
  const { t } = texts;
  const [format, setFormat] = useState<Format>('png');
  const [busy, setBusy] = useState(false);
  const [wanted, setWanted] = useState<Wanted>({
    dark: isDark(),
    title: true,
    live: true,
    scale: 2,
    rows: 'second',
  });
  useFeed(1);
  const hasRun = feed.frame !== null;
  const hasRows = feed.history.rows.length > 0;
  const picture = usePicture(texts, { ...wanted, live: wanted.live && hasRun });
  const missing = format === 'csv' && !hasRows;
  const set = (part: Partial<Wanted>) => setWanted((before) => ({ ...before, ...part }));

  const run = async () => {
    setBusy(true);
    try {
      await download(format, wanted, picture, texts);
    } catch (error) {
      notify(errorText(error), 'error');
    }
    setBusy(false);
  };
  return (
    <div className="exchange-export">
      <fieldset className="exchange-formats">
        <legend>{t('exchange.format')}</legend>
        {FORMATS.map((name) => (
          <label key={name} className="exchange-format">
            <input type="radio" name="format" checked={format === name} onChange={() => setFormat(name)} />
            <span>
              <strong>{t(`exchange.formats.${name}.name`)}</strong>
              <span className="muted">{t(`exchange.formats.${name}.help`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <div className="exchange-options">
        {PICTURES.includes(format) && (
          <PictureOptions wanted={wanted} set={set} hasRun={hasRun} scales={format === 'png'} />
        )}
        {PICTURES.includes(format) && picture && (
          <>
            <img className="exchange-preview" src={svgUrl(picture.svg)} alt={t('exchange.preview')} />
            <p className="muted" {...figure(t('exchange.size_meaning'))}>
              {sizeText(picture, format === 'png' ? wanted.scale : 1, t)}
            </p>
          </>
        )}
        {format === 'csv' && <RowsChoice rows={wanted.rows} onChange={(rows) => set({ rows })} />}
        {missing && <p className="muted">{t('exchange.no_run')}</p>}
        {format === 'report' && !hasRows && <p className="muted">{t('exchange.report_without_run')}</p>}
        {format === 'film' ? (
          <FilmForm filming={filming} />
        ) : (
          <button
            type="button"
            className="button primary"
            disabled={busy || missing}
            onClick={() => void run()}
          >
            <Glyph name="download" />
            {t('exchange.download')}
          </button>
        )}
      </div>
    </div>
  );
}

interface OptionsProps {
  wanted: Wanted;
  set: (part: Partial<Wanted>) => void;
  hasRun: boolean;
  scales: boolean;
}

function PictureOptions({ wanted, set, hasRun, scales }: OptionsProps) {
  const { t } = useTexts();
  const check = (name: 'dark' | 'title' | 'live', disabled = false) => (
    <label className="exchange-check">
      <input
        type="checkbox"
        checked={wanted[name] && !disabled}
        disabled={disabled}
        onChange={(event) => set({ [name]: event.target.checked })}
      />
      {t(`exchange.option.${name}`)}
    </label>
  );
  return (
    <div className="exchange-checks">
      {check('title')}
      {check('dark')}
      {check('live', !hasRun)}
      {scales && (
        <label className="exchange-check">
          {t('exchange.option.scale')}
          <select
            className="input"
            value={wanted.scale}
            onChange={(event) =>
              set({ scale: SCALES.find((scale) => String(scale) === event.target.value) ?? 2 })
            }
          >
            {SCALES.map((scale) => (
              <option key={scale} value={scale}>
                {`${scale}×`}
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  );
}

function RowsChoice({ rows, onChange }: { rows: Rows; onChange: (rows: Rows) => void }) {
  const { t } = useTexts();
  return (
    <fieldset className="choice">
      <legend className="visually-hidden">{t('exchange.option.rows')}</legend>
      {(['second', 'frame'] as const).map((name) => (
        <label key={name} className="choice-item">
          <input type="radio" name="rows" checked={rows === name} onChange={() => onChange(name)} />
          <span>{t(`exchange.rows.${name}`)}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** The picture as it would be saved now; null until the icons are there. */
function usePicture(texts: Texts, wanted: Wanted): Picture | null {
  const document = useEditor((state) => state.document);
  const catalog = useEditor((state) => state.catalog);
  const [icons, setIcons] = useState<ReadonlyMap<string, string> | null>(null);
  useEffect(() => {
    let current = true;
    void loadIcons(document.nodes.map((node) => node.kind)).then((loaded) => {
      if (current) setIcons(new Map(loaded));
    });
    return () => {
      current = false;
    };
  }, [document]);
  if (!catalog || !icons) return null;
  const { dark, title, live } = wanted;
  return drawPicture(document, catalog, icons, texts, { dark, title, feed: live ? feed : null });
}

function sizeText(picture: Picture, scale: number, t: Texts['t']): string {
  const real = scaleWithin(picture.width, picture.height, scale);
  return t('exchange.size', {
    width: Math.round(picture.width * real),
    height: Math.round(picture.height * real),
  });
}

async function download(
  format: Format,
  wanted: Wanted,
  picture: Picture | null,
  texts: Texts,
): Promise<void> {
  const { document, catalog, analysis, diagnostics, language } = useEditor.getState();
  const name = (ending: string) => fileName(document.name, ending);
  switch (format) {
    case 'svg':
      if (picture) save(picture.svg, name('svg'), 'image/svg+xml;charset=utf-8');
      return;
    case 'png':
      if (picture) save(await pngOf(picture.svg, picture.width, picture.height, wanted.scale), name('png'));
      return;
    case 'json':
      save(`${JSON.stringify(document, null, 2)}\n`, name('json'), 'application/json');
      return;
    case 'csv':
      save(csvOf(feed, document, wanted.rows, texts.t), name('csv'), 'text/csv;charset=utf-8');
      return;
    case 'mermaid':
      save((await api.flowchart(document)).text, name('mmd'));
      return;
    case 'report': {
      if (!catalog) return;
      const icons = await loadIcons(document.nodes.map((node) => node.kind));
      const live = feed.frame ? feed : null;
      const { svg } = drawPicture(document, catalog, icons, texts, { dark: false, title: false, feed: live });
      const { reportHtml } = await import('./report');
      const { run } = useRun.getState();
      const source = { document, catalog, feed, run, analysis, diagnostics, svg, language, texts };
      save(reportHtml(source), name('html'), 'text/html;charset=utf-8');
      return;
    }
    case 'film':
      return;
  }
}
