import { useMutation } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';

import type { ClaimAnswer, ReviewAnswer } from '#contracts/review-answer.js';

import { ApiError, isSignedOut, messageOf } from '../api/api-error.js';
import { release, takeNext, type QueueFilter } from '../api/reviews.js';
import { isAtLeast, useSession } from '../session/use-session.js';
import { tell } from '../toasts/toasts.js';
import { announce } from '../ui/said.js';
import { partsToAsk, type Onward } from './next-case.js';
import { addressOf } from './queue-filter.js';

interface Going {
  readonly goNext: () => void;
  /** It is not known yet where to. */
  readonly isGoing: boolean;
}

/**
 * Goes on to the next case: at once where it is known, else as soon as it has been read. Where nothing that was read is
 * theirs, the service is asked for what it has; where that has nothing either, back to the queue.
 */
export function useOnward(id: string, onward: Onward<ReviewAnswer>, filter: QueueFilter): Going {
  const [, go] = useLocation();
  const [isGoing, setIsGoing] = useState(false);
  const { role } = useSession();
  const isLeft = useRef(false);
  const isAsked = useRef(false);
  useEffect(() => {
    isLeft.current = false;
    return () => {
      isLeft.current = true;
    };
  }, []);
  const back = addressOf('/reviews', filter);
  const { mutate: ask } = useMutation({
    mutationFn: () => askForNext(filter, isAtLeast('senior', role)),
    onSuccess: (taken) => {
      // whoever has gone elsewhere meanwhile, or has this one already, is not led anywhere by it
      if (taken !== undefined && (isLeft.current || taken.id === id)) void release(taken.id).catch(() => undefined);
      if (isLeft.current) return;
      if (taken === undefined || taken.id === id) announce('Nothing else here is yours to take.');
      go(taken === undefined || taken.id === id ? back : addressOf(`/reviews/${taken.id}`, filter));
    },
    onError: (error) => {
      isAsked.current = false;
      setIsGoing(false);
      if (isLeft.current || isSignedOut(error)) return;
      tell(`The next one was not found: ${messageOf(error)}`, { tone: 'bad' });
      go(back);
    },
  });
  const { to } = onward;
  const next = to === 'case' ? addressOf(`/reviews/${onward.item.id}`, filter) : undefined;
  useEffect(() => {
    if (!isGoing) return;
    if (next !== undefined) go(next);
    else if (to === 'none' && !isAsked.current) {
      isAsked.current = true;
      ask();
    }
  }, [isGoing, next, to, go, ask]);
  const goNext = useCallback(() => {
    if (next === undefined) setIsGoing(true);
    else go(next);
  }, [next, go]);
  return { goNext, isGoing };
}

/** Takes the first case that the service has for somebody within a filter. @returns undefined: there is none */
async function askForNext({ state, ...scope }: QueueFilter, isSenior: boolean): Promise<ClaimAnswer | undefined> {
  for (const part of partsToAsk({ state }, isSenior)) {
    try {
      return await takeNext({ ...scope, state: part });
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 'queue-empty')) throw error;
    }
  }
  return undefined;
}
