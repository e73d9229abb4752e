import { type ReactNode, useEffect, useRef } from 'react';
import { useTexts } from '../useTexts';
import { Glyph } from './icons';

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** A modal window; the browser itself keeps the focus inside and closes it with Escape. */
export function Dialog({ title, onClose, children }: Props) {
  const { t } = useTexts();
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (!box.current?.open) box.current?.showModal();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes; the click is on the backdrop
    <dialog
      ref={box}
      className="dialog"
      aria-labelledby="dialog-title"
      onClose={onClose}
      onClick={(event) => {
        if (event.target === box.current) box.current?.close();
      }}
    >
      <div className="dialog-head">
        <h2 id="dialog-title">{title}</h2>
        <button type="button" className="button quiet icon" onClick={() => box.current?.close()}>
          <Glyph name="close" />
          <span className="visually-hidden">{t('dialog.close')}</span>
        </button>
      </div>
      <div className="dialog-body">{children}</div>
    </dialog>
  );
}
