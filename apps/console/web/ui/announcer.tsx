import { useSyncExternalStore, type ReactNode } from 'react';

let said = '';
const listeners = new Set<() => void>();

/** Has screen readers say something that others see. */
export function announce(text: string): void {
  said = text;
  for (const listener of listeners) listener();
}

/** Where screen readers listen: it is on the page before anything is said. */
export const Announcer = (): ReactNode => (
  <p className="unseen" role="status" aria-live="polite">
    {useSyncExternalStore(subscribe, () => said)}
  </p>
);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
