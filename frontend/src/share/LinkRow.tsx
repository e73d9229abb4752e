import { useId, useRef, useState } from 'react';
import type { Permission } from '../core/api';
import { flagsOf, type LinkFlags } from '../core/linkFlags';
import { Glyph } from '../ui/icons';
import { useTexts } from '../useTexts';

interface Props {
  token: string;
  permission: Permission;
  /** how it opens */
  flags: LinkFlags;
  onRevoke: (() => void) | null;
}

export function LinkRow({ token, permission, flags, onRevoke }: Props) {
  const { t } = useTexts();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  const opensAs = flagsOf(flags, permission);
  const url = `${location.origin}/s/${token}${opensAs}`;

  const copy = async () => {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(url);
    } catch {
      // Outside secure contexts there is no clipboard; the address is selected for the person's own copy command.
      return;
    }
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <div className="share-link">
      <label htmlFor={id}>{t(`share.${permission}`)}</label>
      <p className="muted">{t(`share.${permission}_help`)}</p>
      <div className="share-row">
        <input
          ref={field}
          id={id}
          className="input"
          readOnly
          value={url}
          onFocus={(event) => event.target.select()}
        />
        <button type="button" className="button" onClick={() => void copy()}>
          <Glyph name={copied ? 'check' : 'copy'} />
          <span aria-live="polite">{t(copied ? 'share.copied' : 'share.copy')}</span>
        </button>
        {onRevoke && (
          <button type="button" className="button icon danger" title={t('share.revoke')} onClick={onRevoke}>
            <Glyph name="trash" />
            <span className="visually-hidden">{t('share.revoke')}</span>
          </button>
        )}
      </div>
      {opensAs && <p className="share-flags muted">…{opensAs}</p>}
    </div>
  );
}
