import { useQueryClient } from '@tanstack/react-query';
import { createContext, use, useEffect, useState, type ReactNode } from 'react';

import { followQueue, type LiveState } from '../api/live.js';
import { KEYS } from '../api/query-keys.js';

const NOTHING: LiveState = { counts: undefined, isLive: false };
/** Many changes at once are one reading of the queue. */
const SETTLE_MS = 250;

const Context = createContext<LiveState>(NOTHING);

/** What waits in the queue, as it changes. */
export const useLiveQueue = (): LiveState => use(Context);

/** Listens for changes of the queue, and has it read anew when there is one. */
export function LiveQueueProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const client = useQueryClient();
  const [state, setState] = useState(NOTHING);
  useEffect(() => {
    let settling: ReturnType<typeof setTimeout> | undefined;
    const end = followQueue((next) => {
      setState(next);
      clearTimeout(settling);
      settling = setTimeout(() => void client.invalidateQueries({ queryKey: KEYS.queues }), SETTLE_MS);
    });
    return () => {
      end();
      clearTimeout(settling);
    };
  }, [client]);
  return <Context value={state}>{children}</Context>;
}
