import { useEffect, useState, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';

import { useKeys } from '../keys/use-keys.js';
import { useSession } from '../session/use-session.js';
import { Brand } from '../session/brand.js';
import { undoLast } from '../toasts/toasts.js';
import { Announcer } from '../ui/announcer.js';
import { Icon } from '../ui/icon.js';
import { Account } from './account.js';
import { KeysSheet } from './keys-sheet.js';
import { LiveQueueProvider, useLiveQueue } from './live-queue.js';
import { OfflineBar } from './offline-bar.js';
import { Palette } from './palette.js';
import { pageAt, pagesFor } from './pages.js';
import { SettingsDialog } from './settings-dialog.js';
import './shell.css';

type Open = 'keys' | 'palette' | 'settings' | undefined;

/** What is around every page: where one is, where one can go, and who one is. */
export function Shell({ children }: { readonly children: ReactNode }): ReactNode {
  const [open, setOpen] = useState<Open>(undefined);
  const [, go] = useLocation();
  useKeys({
    help: () => setOpen('keys'),
    palette: () => setOpen('palette'),
    undo: undoLast,
    queue: () => go('/reviews'),
  });
  const close = (): void => setOpen(undefined);
  return (
    <LiveQueueProvider>
      <div className="shell">
        <a className="skip-link" href="#page">
          Skip to the page
        </a>
        <Rail show={setOpen} />
        <main id="page" className="page" tabIndex={-1}>
          <OfflineBar />
          {children}
        </main>
        <Announcer />
        {open === 'keys' ? <KeysSheet close={close} /> : null}
        {open === 'palette' ? <Palette close={close} show={setOpen} /> : null}
        {open === 'settings' ? <SettingsDialog close={close} /> : null}
      </div>
    </LiveQueueProvider>
  );
}

function Rail({ show }: { readonly show: (what: 'keys' | 'palette' | 'settings') => void }): ReactNode {
  const { role } = useSession();
  const [path] = useLocation();
  const { counts } = useLiveQueue();
  const waiting = counts === undefined ? undefined : counts.open + counts.escalated;
  const here = pageAt(path);
  const title = here?.name;
  useEffect(() => {
    const name = title === undefined ? 'Portcullis' : `${title} · Portcullis`;
    document.title = waiting === undefined || waiting === 0 ? name : `(${waiting}) ${name}`;
  }, [title, waiting]);
  return (
    <nav className="rail" aria-label="Pages">
      <Brand />
      <ul>
        {pagesFor(role).map((page) => (
          <li key={page.path}>
            <Link href={page.path} className="rail-link" aria-current={page === here ? 'page' : undefined}>
              <Icon name={page.icon} />
              <span>{page.name}</span>
              {page.path === '/reviews' && waiting !== undefined ? <span className="rail-count">{waiting}</span> : null}
            </Link>
          </li>
        ))}
      </ul>
      <ul className="rail-foot">
        <li>
          <RailButton icon="search" name="Go to …" act={() => show('palette')} />
        </li>
        <li>
          <RailButton icon="keys" name="Keys" act={() => show('keys')} />
        </li>
        <li>
          <RailButton icon="settings" name="Settings" act={() => show('settings')} />
        </li>
        <li>
          <Account />
        </li>
      </ul>
    </nav>
  );
}

interface RailButtonProps {
  readonly icon: 'search' | 'keys' | 'settings';
  readonly name: string;
  readonly act: () => void;
}

const RailButton = ({ icon, name, act }: RailButtonProps): ReactNode => (
  <button type="button" className="rail-link" onClick={act}>
    <Icon name={icon} />
    <span>{name}</span>
  </button>
);
