import { useSyncExternalStore, type ReactNode } from 'react';

import { announce } from '../ui/said.js';
import { Icon } from '../ui/icon.js';

/** Says so while this machine has no network. */
export function OfflineBar(): ReactNode {
  const isOnline = useSyncExternalStore(subscribe, () => navigator.onLine);
  if (isOnline) return null;
  return (
    <div className="note warn offline-bar" role="alert">
      <Icon name="offline" />
      <p>You are offline. What you see may be old, and nothing is sent: submit again when you are back.</p>
    </div>
  );
}

const sayBack = (): void => announce('You are online again.');

function subscribe(listener: () => void): () => void {
  window.addEventListener('online', sayBack);
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', sayBack);
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
}
