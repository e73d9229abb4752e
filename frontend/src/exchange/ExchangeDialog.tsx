import './exchange.css';
import './texts';
import type { FilmModule } from '../core/filming';
import { useEditor } from '../store';
import { Dialog } from '../ui/Dialog';
import { useTexts } from '../useTexts';
import { openDialog, useView } from '../view';
import { ExportPanel } from './ExportPanel';
import { ImportPanel } from './ImportPanel';

/** Take the scenario along as a picture, a file or a page, or bring a drawing in. */
export default function ExchangeDialog({ filming }: { filming: () => Promise<FilmModule> }) {
  const { t } = useTexts();
  const side = useView((state) => (state.dialog === 'import' ? 'import' : 'export'));
  const empty = useEditor((state) => state.document.nodes.length === 0);
  return (
    <div className="exchange">
      <Dialog title={t('exchange.title')} onClose={() => openDialog(null)}>
        <fieldset className="choice exchange-sides">
          <legend className="visually-hidden">{t('exchange.title')}</legend>
          {(['export', 'import'] as const).map((name) => (
            <label key={name} className="choice-item">
              <input type="radio" name="exchange" checked={side === name} onChange={() => openDialog(name)} />
              <span>{t(`exchange.side.${name}`)}</span>
            </label>
          ))}
        </fieldset>
        {side === 'import' && <ImportPanel />}
        {side === 'export' &&
          (empty ? <p className="muted">{t('exchange.empty')}</p> : <ExportPanel filming={filming} />)}
      </Dialog>
    </div>
  );
}
