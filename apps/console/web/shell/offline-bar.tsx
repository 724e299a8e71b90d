import { useSyncExternalStore, type ReactNode } from 'react';

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

function subscribe(listener: () => void): () => void {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
}
