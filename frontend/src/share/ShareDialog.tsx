import './share.css';
import { useEffect, useState } from 'react';
import { api, type Permission } from '../core/api';
import { NO_FLAGS } from '../core/linkFlags';
import { ensureScenario, errorText } from '../session';
import { notify, useEditor } from '../store';
import { Dialog } from '../ui/Dialog';
import { Glyph } from '../ui/icons';
import { useTexts } from '../useTexts';
import { openDialog } from '../view';
import { LinkRow } from './LinkRow';
import { OpensAs } from './OpensAs';

interface Link {
  token: string;
  permission: Permission;
}

/** Links to this scenario: to watch, to edit together, or a copy of one's own. */
export function ShareDialog() {
  const { t } = useTexts();
  const permission = useEditor((state) => state.permission);
  const token = useEditor((state) => state.token);
  const viewToken = useEditor((state) => state.viewToken);
  const [made, setMade] = useState<Link[]>([]);
  const [flags, setFlags] = useState(NO_FLAGS);
  const [revoked, setRevoked] = useState<ReadonlySet<string>>(new Set());

  useEffect(() => {
    void ensureScenario();
  }, []);

  const links: Link[] = [
    ...(viewToken ? [{ token: viewToken, permission: 'view' as const }] : []),
    ...(token && permission === 'edit' ? [{ token, permission: 'edit' as const }] : []),
    ...(token && permission === 'view' ? [{ token, permission: 'view' as const }] : []),
    ...made,
  ].filter((link) => !revoked.has(link.token));

  const add = async (wanted: Permission) => {
    if (!token) return;
    try {
      const link = await api.makeLink(token, wanted);
      setMade((before) => [...before, { token: link.token, permission: wanted }]);
    } catch (error) {
      notify(errorText(error), 'error');
    }
  };
  const revoke = async (link: Link) => {
    if (!token) return;
    try {
      await api.revokeLink(token, link.token);
      setRevoked((before) => new Set([...before, link.token]));
      if (link.token === viewToken) useEditor.setState({ viewToken: null });
      notify(t('share.revoked'));
    } catch (error) {
      notify(errorText(error), 'error');
    }
  };
  return (
    <Dialog title={t('share.title')} onClose={() => openDialog(null)}>
      {!token && <p className="muted">{t('share.saving')}</p>}
      {token && <OpensAs flags={flags} onChange={setFlags} startable={permission === 'edit'} />}
      <ul className="share-links">
        {links.map((link) => (
          <li key={link.token}>
            <LinkRow
              token={link.token}
              permission={link.permission}
              flags={flags}
              onRevoke={permission === 'edit' && link.token !== token ? () => void revoke(link) : null}
            />
          </li>
        ))}
      </ul>
      {token && (
        <div className="share-actions">
          {permission === 'edit' && (
            <>
              <button type="button" className="button small" onClick={() => void add('view')}>
                <Glyph name="plus" />
                {t('share.new_view')}
              </button>
              <button type="button" className="button small" onClick={() => void add('edit')}>
                <Glyph name="plus" />
                {t('share.new_edit')}
              </button>
            </>
          )}
          <button type="button" className="button small" onClick={() => void fork(token)}>
            <Glyph name="copy" />
            {t('share.fork')}
          </button>
        </div>
      )}
      <button type="button" className="button small quiet" onClick={() => openDialog('export')}>
        <Glyph name="download" />
        {t('app.export')}
      </button>
      <p className="share-note muted">{t('share.note')}</p>
    </Dialog>
  );
}

/** Open a copy of one's own, which nobody else sees until it is shared. */
async function fork(token: string): Promise<void> {
  try {
    const links = await api.fork(token);
    location.assign(links.edit_url);
  } catch (error) {
    notify(errorText(error), 'error');
  }
}
