import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { createContext, use } from 'react';

import type { Role } from '#contracts/access.js';
import type { SessionAnswer } from '#contracts/sign-in-answer.js';

import { KEYS } from '../api/query-keys.js';
import { readSession } from '../api/session.js';

/** Who is signed in: asked once, and again when somebody comes back to the page. */
export const useSessionQuery = (): UseQueryResult<SessionAnswer | null> =>
  useQuery({
    queryKey: KEYS.session,
    queryFn: ({ signal }) => readSession(signal),
    staleTime: 60_000,
    refetchOnWindowFocus: 'always',
  });

/** Whoever the gate let in. */
export const SessionContext = createContext<SessionAnswer | undefined>(undefined);

/** Whether the gate is open: behind a sign-in, what is on the page waits unseen. */
export const GateContext = createContext(true);

/** Who is signed in, below the gate. */
export function useSession(): SessionAnswer {
  const session = use(SessionContext);
  if (session === undefined) throw new Error('the session is known below the gate only');
  return session;
}

/** Whether somebody may do what these roles may. An admin may do everything. */
export const isAtLeast = (least: 'senior' | 'admin', role: Role): boolean =>
  role === 'admin' || (least === 'senior' && role === 'senior');
