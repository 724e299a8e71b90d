import type { ReactNode } from 'react';

import { messageOf } from '../api/api-error.js';
import { schedulePolicy } from '../api/policies.js';
import { tell } from '../toasts/toasts.js';
import { usePolicyStep } from './use-policy-step.js';

/** Takes a version's time away. */
export function CancelSchedule({ version }: { readonly version: number }): ReactNode {
  const cancelling = usePolicyStep({
    take: () => schedulePolicy(version, undefined),
    done: () => `Version ${version} is not scheduled any more.`,
  });
  return (
    <button
      type="button"
      className="button little"
      aria-label={`Cancel schedule of version ${version}`}
      disabled={cancelling.isPending}
      onClick={() =>
        cancelling.mutate(undefined, {
          onError: (error) => tell(`Still scheduled: ${messageOf(error)}`, { tone: 'bad' }),
        })
      }
    >
      Cancel schedule
    </button>
  );
}
