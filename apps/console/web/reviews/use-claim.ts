import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';

import type { ReviewDetailAnswer } from '#contracts/review-answer.js';

import { ApiError, mayHelpLater } from '../api/api-error.js';
import { KEYS } from '../api/query-keys.js';
import { claim as askForClaim, release, renew, takeOver } from '../api/reviews.js';
import { isAtLeast, useSession } from '../session/use-session.js';
import { untouchedMs } from '../ui/activity.js';
import { clearUpOf, leaveBehind } from './left-behind.js';
import { isFor } from './next-case.js';

/** A claim lasts two minutes: there is time for a renewal that fails. */
const RENEW_MS = 40_000;
/** Whoever touches neither key nor pointer for so long is not there: an empty chair keeps no case from others. */
const AWAY_MS = 300_000;

export interface Claim {
  /** `none`: this case is not to be taken as it is. */
  readonly state: 'none' | 'asking' | 'mine' | 'refused' | 'released';
  /** When it runs out unless it is renewed. */
  readonly until: string | undefined;
  /** Why it was refused. */
  readonly error: Error | undefined;
  /** It is not one's own, and asking may help. */
  readonly isToTake: boolean;
  /** Another tab of one's own has it, which loses it to this one. */
  readonly isElsewhere: boolean;
  readonly take: () => void;
  readonly giveBack: () => void;
  /** The case is settled or given away: it is not released when one leaves. */
  readonly forget: () => void;
  /** A decision is under way: whoever leaves meanwhile does not take the claim from under it. */
  readonly isDeciding: (is: boolean) => void;
}

type Held = Pick<Claim, 'state' | 'until' | 'error'>;

const UNASKED: Held = { state: 'none', until: undefined, error: undefined };

/** The case that this tab shows: an answer that comes after one has left it gives the claim back. */
let shown: string | undefined;

/**
 * Takes the case for this tab while one looks at it: nobody else works on it meanwhile. It is renewed while the page is in
 * sight and somebody is there, and given back on leaving.
 */
export function useClaim(detail: ReviewDetailAnswer): Claim {
  const client = useQueryClient();
  const { name, role } = useSession();
  const { id } = detail;
  const [held, setHeld] = useState(UNASKED);
  const isMine = useRef(false);
  const isAsking = useRef(false);
  const isKept = useRef(false);
  const untilMs = useRef(0);
  const wants = isFor(detail, name, isAtLeast('senior', role));
  const ask = useCallback(
    async (anyTab = false) => {
      const runs = isMine.current && untilMs.current > Date.now();
      isAsking.current = true;
      try {
        const answer = await (runs ? keep(id) : anyTab ? takeOver(id) : askAnew(id));
        if (shown !== id) {
          void release(id).catch(() => undefined);
          return;
        }
        isMine.current = true;
        untilMs.current = Date.parse(answer.claimExpiresAt);
        setHeld({ state: 'mine', until: answer.claimExpiresAt, error: undefined });
      } catch (error) {
        // a service that is late or a session that ended takes no claim away: the next renewal asks again
        if (runs && mayHelpLater(error) && untilMs.current > Date.now()) return;
        isMine.current = false;
        setHeld({ state: 'refused', until: undefined, error: asError(error) });
        void client.invalidateQueries({ queryKey: KEYS.review(id) });
      } finally {
        isAsking.current = false;
      }
    },
    [id, client],
  );
  const drop = useCallback(() => {
    isMine.current = false;
    setHeld({ ...UNASKED, state: 'released' });
    void release(id)
      .catch(() => undefined)
      .then(() => client.invalidateQueries({ queryKey: KEYS.review(id) }));
  }, [id, client]);
  useEffect(() => {
    shown = id;
    return () => {
      if (shown === id) shown = undefined;
      // whoever took it meanwhile keeps it: the service knows whose it is
      if (isMine.current && !isKept.current) void release(id).catch(() => undefined);
      isMine.current = false;
    };
  }, [id]);
  useEffect(() => {
    // not within this drawing of the page
    if (wants && held.state === 'none') queueMicrotask(() => void ask());
  }, [wants, held.state, ask]);
  useLeaving(id, { isMine, isAsking, isKept }, setHeld);
  useRenewal(held.state === 'mine', isMine, ask, drop);
  const forget = useCallback(() => {
    isMine.current = false;
  }, []);
  const isDeciding = useCallback((is: boolean) => {
    isKept.current = is;
  }, []);
  const state = held.state === 'none' && wants ? 'asking' : held.state;
  const isToTake = state === 'released' || (state === 'refused' && wants);
  const isElsewhere = isOfOtherTab(held.error);
  const take = (): void => void ask(isElsewhere);
  return { ...held, state, isToTake, isElsewhere, take, giveBack: drop, forget, isDeciding };
}

/** Gives the case back when the page goes; one that comes back, as the browser had kept it, asks anew. */
function useLeaving(
  id: string,
  { isMine, isAsking, isKept }: Readonly<Record<'isMine' | 'isAsking' | 'isKept', RefObject<boolean>>>,
  setHeld: (held: Held) => void,
): void {
  useEffect(() => {
    const leave = (): void => {
      if ((isMine.current || isAsking.current) && !isKept.current) leaveBehind(id);
      isMine.current = false;
    };
    const comeBack = ({ persisted }: PageTransitionEvent): void => {
      if (persisted) setHeld(UNASKED);
    };
    window.addEventListener('pagehide', leave);
    window.addEventListener('pageshow', comeBack);
    return () => {
      window.removeEventListener('pagehide', leave);
      window.removeEventListener('pageshow', comeBack);
    };
  }, [id, isMine, isAsking, isKept, setHeld]);
}

/** Renews what is held from time to time, and at once when the page comes into sight; ends it where nobody is there. */
function useRenewal(holds: boolean, isMine: { readonly current: boolean }, ask: () => Promise<void>, drop: () => void) {
  useEffect(() => {
    if (!holds) return undefined;
    const look = (): void => {
      if (!isMine.current || document.visibilityState !== 'visible') return;
      if (untouchedMs() > AWAY_MS) drop();
      else void ask();
    };
    const timer = setInterval(look, RENEW_MS);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [holds, isMine, ask, drop]);
}

/** Renews a claim; one that has ended by the service's clock is asked for anew. */
const keep = (id: string): ReturnType<typeof renew> =>
  renew(id).catch((error: unknown) => {
    if (error instanceof ApiError && error.code === 'conflict') return askForClaim(id);
    throw error;
  });

/** Asks for a case; once more where the page before this one in the same tab has left it claimed. */
const askAnew = (id: string): ReturnType<typeof askForClaim> =>
  askForClaim(id).catch(async (error: unknown) => {
    if (isOfOtherTab(error) && (await clearUpOf(id))) return askForClaim(id);
    throw error;
  });

const isOfOtherTab = (error: unknown): boolean => error instanceof ApiError && error.code === 'held-in-other-tab';

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new ApiError({ status: 0, code: 'unknown' });
