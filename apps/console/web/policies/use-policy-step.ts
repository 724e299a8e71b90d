import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';

import type { PolicyAnswer } from '#contracts/policy-answer.js';

import { KEYS } from '../api/query-keys.js';
import { tell } from '../toasts/toasts.js';

interface Step<Given> {
  readonly take: (given: Given) => Promise<PolicyAnswer>;
  /** What to tell when it is done. */
  readonly done: (policy: PolicyAnswer) => string;
  readonly after?: (policy: PolicyAnswer) => void;
}

/** Takes a step of a version; whatever shows versions is read anew, for a step changes more than one of them. */
export function usePolicyStep<Given = void>({
  take,
  done,
  after,
}: Step<Given>): UseMutationResult<PolicyAnswer, Error, Given> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: take,
    onSuccess: (policy) => {
      tell(done(policy), { tone: 'good' });
      after?.(policy);
    },
    onSettled: () => {
      for (const queryKey of [KEYS.policies, KEYS.policyDrafts]) void client.invalidateQueries({ queryKey });
    },
  });
}
