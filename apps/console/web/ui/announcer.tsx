import { useSyncExternalStore, type ReactNode } from 'react';

import { hearSaid, lastSaid } from './said.js';

/** Where screen readers listen: it is on the page before anything is said. */
export function Announcer(): ReactNode {
  const { text, turn } = useSyncExternalStore(hearSaid, lastSaid);
  return (
    <p className="unseen" role="status" aria-live="polite">
      {/* a new one each time: what stays as it is, is not said again */}
      <span key={turn}>{text}</span>
    </p>
  );
}
