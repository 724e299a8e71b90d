import { useQueryClient } from '@tanstack/react-query';
import { createContext, use, useEffect, useState, type ReactNode } from 'react';

import { followQueue, type LiveState } from '../api/live.js';
import { KEYS } from '../api/query-keys.js';
import { readAnew } from './read-anew.js';

const NOTHING: LiveState = { counts: undefined, isLive: false, isFull: false };

const Context = createContext<LiveState>(NOTHING);

/** What waits in the queue, as it changes. */
export const useLiveQueue = (): LiveState => use(Context);

/** Listens for changes of the queue, and has it read anew when there is one. */
export function LiveQueueProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const client = useQueryClient();
  const [state, setState] = useState(NOTHING);
  useEffect(() => {
    const reading = readAnew(() => client.invalidateQueries({ queryKey: KEYS.queues }));
    const end = followQueue((next) => {
      setState(next);
      reading.ask();
    });
    return () => {
      end();
      reading.end();
    };
  }, [client]);
  return <Context value={state}>{children}</Context>;
}
