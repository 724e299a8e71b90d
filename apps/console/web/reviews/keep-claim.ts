import { use, useEffect, type RefObject } from 'react';

import { mayHelpLater } from '../api/api-error.js';
import { leave } from '../api/reviews.js';
import { GateContext } from '../session/use-session.js';
import { untouchedMs } from '../ui/activity.js';
import { forgetClaim, UNASKED, type ClaimNow, type Held } from './claim-now.js';

/** A claim lasts two minutes: there is time for a renewal that fails. */
const RENEW_MS = 40_000;
/** Whoever touches neither key nor pointer for so long is not there: an empty chair keeps no case from others. */
const AWAY_MS = 300_000;
/** Where the service was late, or somebody had to sign in. */
const AGAIN_MS = 3_000;

/** Gives the case back when the page goes; one that comes back, as the browser had kept it, asks anew. */
export function useLeaving(id: string, now: RefObject<ClaimNow>, setHeld: (held: Held) => void): void {
  useEffect(() => {
    const go = (): void => {
      if (now.current.isAsked && !now.current.isKept) leave(id);
      forgetClaim(now.current);
    };
    const comeBack = ({ persisted }: PageTransitionEvent): void => {
      if (persisted) setHeld(UNASKED);
    };
    window.addEventListener('pagehide', go);
    window.addEventListener('pageshow', comeBack);
    return () => {
      window.removeEventListener('pagehide', go);
      window.removeEventListener('pageshow', comeBack);
    };
  }, [id, now, setHeld]);
}

/** Renews what is held from time to time, and at once when the page comes into sight; ends it where nobody is there. */
export function useRenewal(holds: boolean, now: RefObject<ClaimNow>, ask: () => Promise<void>, drop: () => void): void {
  useEffect(() => {
    if (!holds) return undefined;
    const look = (): void => {
      if (!now.current.isMine || document.visibilityState !== 'visible') return;
      if (untouchedMs() > AWAY_MS) drop();
      else void ask();
    };
    const timer = setInterval(look, RENEW_MS);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [holds, now, ask, drop]);
}

/** Asks again what the service was late for, while somebody looks at it and is signed in. @returns whether it does */
export function useAskingAgain(error: Error | undefined, now: RefObject<ClaimNow>, ask: () => Promise<void>): boolean {
  const isSignedIn = use(GateContext);
  const isLate = isSignedIn && mayHelpLater(error);
  useEffect(() => {
    if (!isLate) return undefined;
    const timer = setInterval(() => {
      const isLookedAt = document.visibilityState === 'visible' && untouchedMs() <= AWAY_MS;
      if (isLookedAt && !now.current.isAsking) void ask();
    }, AGAIN_MS);
    return () => clearInterval(timer);
  }, [isLate, now, ask]);
  return isLate;
}
