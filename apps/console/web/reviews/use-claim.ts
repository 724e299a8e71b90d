import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';

import type { ReviewDetailAnswer } from '#contracts/review-answer.js';

import { ApiError } from '../api/api-error.js';
import { KEYS } from '../api/query-keys.js';
import { claim as askForClaim, release, renew } from '../api/reviews.js';
import { isAtLeast, useSession } from '../session/use-session.js';

/** A claim lasts two minutes: there is time for a renewal that fails. */
const RENEW_MS = 40_000;

export interface Claim {
  /** `none`: this case is not to be taken as it is. */
  readonly state: 'none' | 'asking' | 'mine' | 'refused' | 'released';
  /** When it runs out unless it is renewed. */
  readonly until: string | undefined;
  /** Why it was refused. */
  readonly error: Error | undefined;
  readonly take: () => void;
  readonly giveBack: () => void;
  /** The case is settled or given away: it is not released when one leaves. */
  readonly forget: () => void;
}

type Held = Pick<Claim, 'state' | 'until' | 'error'>;

const UNASKED: Held = { state: 'none', until: undefined, error: undefined };

/**
 * Takes the case while one looks at it: nobody else works on it meanwhile. It is renewed while the page is in sight, and
 * given back on leaving.
 */
export function useClaim(detail: ReviewDetailAnswer): Claim {
  const client = useQueryClient();
  const { name, role } = useSession();
  const { id } = detail;
  const [held, setHeld] = useState(UNASKED);
  const isMine = useRef(false);
  const wants = isFor(detail, name, isAtLeast('senior', role));
  const ask = useCallback(async () => {
    try {
      const answer = await (isMine.current ? renew(id) : askForClaim(id));
      isMine.current = true;
      setHeld({ state: 'mine', until: answer.claimExpiresAt, error: undefined });
    } catch (error) {
      isMine.current = false;
      setHeld({
        state: 'refused',
        until: undefined,
        error: error instanceof Error ? error : new ApiError({ status: 0, code: 'unknown' }),
      });
      void client.invalidateQueries({ queryKey: KEYS.review(id) });
    }
  }, [id, client]);
  const start = useRef(wants);
  useEffect(() => {
    if (start.current) void ask();
    return () => {
      // whoever took it meanwhile keeps it: the service knows whose it is
      if (isMine.current) void release(id).catch(() => undefined);
      isMine.current = false;
    };
  }, [id, ask]);
  useEffect(() => {
    if (held.state !== 'mine') return undefined;
    const timer = setInterval(() => {
      if (isMine.current && document.visibilityState === 'visible') void ask();
    }, RENEW_MS);
    return () => clearInterval(timer);
  }, [held.state, ask]);
  const forget = useCallback(() => {
    isMine.current = false;
  }, []);
  const giveBack = useCallback(() => {
    isMine.current = false;
    setHeld({ ...UNASKED, state: 'released' });
    void release(id).catch(() => undefined);
  }, [id]);
  const state = held.state === 'none' && wants ? 'asking' : held.state;
  return { ...held, state, take: () => void ask(), giveBack, forget };
}

/** Whether a case is somebody's to take without asking for more. */
function isFor({ state, claimedBy, assignedTo }: ReviewDetailAnswer, name: string, isSenior: boolean): boolean {
  if (state === 'claimed') return claimedBy === name;
  if (state === 'escalated') return isSenior;
  return state === 'open' && (assignedTo === null || assignedTo === name);
}
