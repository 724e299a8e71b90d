import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';

import { ApiError, isSignedOut, type FaultCode } from './api-error.js';
import { KEYS } from './query-keys.js';

const RETRIES_MAX = 2;
/** An answer is fresh for this long: going back and forth asks nothing. */
const FRESH_MS = 5_000;

/** Whoever hears so may do less than the page believes: their role was changed, or their password reset. */
const MAY_DO_LESS: readonly FaultCode[] = ['password-change-needed', 'forbidden'];

/** The one place that knows what the server said. When it says that nobody is signed in, the session is over everywhere. */
export function makeQueryClient(): QueryClient {
  const ended = (error: unknown): void => {
    if (isSignedOut(error)) client.setQueryData(KEYS.session, null);
    else if (error instanceof ApiError && MAY_DO_LESS.includes(error.code)) {
      void client.invalidateQueries({ queryKey: KEYS.session });
    }
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError: ended }),
    mutationCache: new MutationCache({ onError: ended }),
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        retry: (count, error) => error instanceof ApiError && error.retryable && count < RETRIES_MAX,
        networkMode: 'always',
        // what was seen meanwhile may be old
        refetchOnReconnect: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
  return client;
}
