import { type ReactNode, useEffect, useRef } from 'react';
import { useTexts } from '../useTexts';
import { Glyph } from './icons';

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** What had the focus before the first of the windows that followed each other. */
let before: HTMLElement | null = null;

function noteFocus(): void {
  const { activeElement: now } = document;
  if (now instanceof HTMLElement && now !== document.body && !now.closest('dialog')) before = now;
}

/** Give the focus back, unless something else has taken it: the browser does not when an open window is taken away. */
function returnFocus(): void {
  requestAnimationFrame(() => {
    if (document.activeElement === document.body && before?.isConnected) before.focus();
  });
}

/** A modal window; the browser itself keeps the focus inside and closes it with Escape. */
export function Dialog({ title, onClose, children }: Props) {
  const { t } = useTexts();
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    noteFocus();
    if (!box.current?.open) box.current?.showModal();
    return returnFocus;
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes; the click is on the backdrop
    <dialog
      ref={box}
      className="dialog"
      aria-labelledby="dialog-title"
      // At once: the browser's own closing tells of it later, and what is pressed meanwhile would be lost.
      onCancel={(event) => {
        // A file field inside has a cancel of its own.
        if (event.target !== box.current) return;
        event.preventDefault();
        onClose();
      }}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === box.current) onClose();
      }}
    >
      <div className="dialog-head">
        <h2 id="dialog-title">{title}</h2>
        <button type="button" className="button quiet icon" onClick={onClose}>
          <Glyph name="close" />
          <span className="visually-hidden">{t('dialog.close')}</span>
        </button>
      </div>
      <div className="dialog-body">{children}</div>
    </dialog>
  );
}
