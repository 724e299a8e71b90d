import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';

import type { ReviewDetailAnswer } from '#contracts/review-answer.js';

import { ApiError, mayHelpLater } from '../api/api-error.js';
import { KEYS } from '../api/query-keys.js';
import { claim as askForClaim, release, renew, takeOver } from '../api/reviews.js';
import { isAtLeast, useSession } from '../session/use-session.js';
import { forgetClaim, giveBack, NOTHING_ASKED, UNASKED, type ClaimNow, type Held } from './claim-now.js';
import { useAskingAgain, useLeaving, useRenewal } from './keep-claim.js';
import { isFor } from './next-case.js';

export interface Claim extends Held {
  /** It is not one's own, and asking may help. */
  readonly isToTake: boolean;
  /** Another tab of one's own has it, which loses it to this one. */
  readonly isElsewhere: boolean;
  /** The service was late: it is asked again by itself. */
  readonly isAskedAgain: boolean;
  readonly take: () => void;
  readonly giveBack: () => void;
  /** The case is settled or given away: it is not released when one leaves, nor taken again before that. */
  readonly forget: () => void;
  /** A decision is under way: whoever leaves meanwhile does not take the claim from under it. */
  readonly isDeciding: (is: boolean) => void;
  /** Resolves when nothing is asked for any more. */
  readonly answered: () => Promise<void>;
  /** Somebody has gone elsewhere in the pages. */
  readonly isLeft: () => boolean;
}

/**
 * Takes the case for this tab while one looks at it: nobody else works on it meanwhile. It is renewed while the page is in
 * sight and somebody is there, and given back on leaving.
 */
export function useClaim(detail: ReviewDetailAnswer): Claim {
  const client = useQueryClient();
  const { name, role } = useSession();
  const { id } = detail;
  const [held, setHeld] = useState(UNASKED);
  const now = useRef<ClaimNow>({ ...NOTHING_ASKED });
  const wants = isFor(detail, name, isAtLeast('senior', role));
  const askOnce = useCallback(
    async (anyTab: boolean) => {
      const claim = now.current;
      if (claim.isLeft) return;
      const runs = claim.isMine && claim.untilMs > Date.now();
      const turn = (claim.asks += 1);
      Object.assign(claim, { isAsked: true, isAsking: true });
      try {
        const answer = await (runs ? keep(id) : anyTab ? takeOver(id) : askForClaim(id));
        if (turn !== claim.asks) return;
        Object.assign(claim, { isMine: true, untilMs: Date.parse(answer.claimExpiresAt) });
        setHeld({ state: 'mine', until: answer.claimExpiresAt, error: undefined });
      } catch (error) {
        if (turn !== claim.asks) return;
        // a service that is late or a session that ended takes no claim away: the next renewal asks again
        if (runs && mayHelpLater(error) && claim.untilMs > Date.now()) return;
        // what had no answer may have been taken all the same
        const isLate = mayHelpLater(error);
        Object.assign(claim, { isMine: false, isAsked: isLate });
        setHeld({ state: 'refused', until: undefined, error: asError(error) });
        if (!isLate) void client.invalidateQueries({ queryKey: KEYS.review(id) });
      } finally {
        if (turn === claim.asks) claim.isAsking = false;
      }
    },
    [id, client],
  );
  const ask = useCallback((anyTab = false) => (now.current.answer = askOnce(anyTab)), [askOnce]);
  const drop = useCallback(() => {
    forgetClaim(now.current);
    setHeld({ ...UNASKED, state: 'released' });
    void release(id)
      .catch(() => undefined)
      .then(() => client.invalidateQueries({ queryKey: KEYS.review(id) }));
  }, [id, client]);
  useEffect(() => {
    const claim = now.current;
    claim.isLeft = false;
    return () => {
      claim.isLeft = true;
      // whoever took it meanwhile keeps it: the service knows whose it is, and what was asked first
      if (!claim.isKept) giveBack(id, claim);
    };
  }, [id]);
  useEffect(() => {
    // not within this drawing of the page
    if (wants && held.state === 'none') queueMicrotask(() => void ask());
  }, [wants, held.state, ask]);
  useLeaving(id, now, setHeld);
  useRenewal(held.state === 'mine', now, ask, drop);
  const isAskedAgain = useAskingAgain(wants && held.state === 'refused' ? held.error : undefined, now, ask);
  const forget = useCallback(() => {
    forgetClaim(now.current);
    setHeld({ ...UNASKED, state: 'done' });
  }, []);
  const isDeciding = useCallback(
    (is: boolean) => {
      now.current.isKept = is;
      // it came to nothing, and one has left meanwhile
      if (!is && now.current.isLeft) giveBack(id, now.current);
    },
    [id],
  );
  const state = held.state === 'none' && wants ? 'asking' : held.state;
  const isToTake = state === 'released' || (state === 'refused' && wants);
  const isElsewhere = isOfOtherTab(held.error);
  return {
    ...held,
    ...{ state, isToTake, isElsewhere, isAskedAgain },
    take: () => void ask(isElsewhere),
    giveBack: drop,
    forget,
    isDeciding,
    answered: () => now.current.answer,
    isLeft: () => now.current.isLeft,
  };
}

/** Renews a claim; one that has ended by the service's clock is asked for anew. */
const keep = (id: string): ReturnType<typeof renew> =>
  renew(id).catch((error: unknown) => {
    if (error instanceof ApiError && error.code === 'conflict') return askForClaim(id);
    throw error;
  });

const isOfOtherTab = (error: unknown): boolean => error instanceof ApiError && error.code === 'held-in-other-tab';

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new ApiError({ status: 0, code: 'unknown' });
