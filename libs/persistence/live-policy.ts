import type { Policy } from '#moderation/policy.js';

import type { PolicyStore } from './policy-store.js';

/** How long a newly published policy may go unnoticed. */
const NOTICED_MS_MAX = 1_000;

/** The policy in force, read again every second while it is asked for. */
export class LivePolicy {
  private known: { readonly policy: Promise<Policy>; readonly readAtMs: number } | undefined;

  constructor(
    private readonly policies: Pick<PolicyStore, 'live'>,
    private readonly nowMs: () => number,
  ) {}

  /** @throws DatabaseLate when it cannot be read; the next call tries again */
  current(): Promise<Policy> {
    const nowMs = this.nowMs();
    if (this.known === undefined || nowMs - this.known.readAtMs >= NOTICED_MS_MAX) {
      const policy = this.policies.live();
      policy.catch(() => (this.known = undefined));
      this.known = { policy, readAtMs: nowMs };
    }
    return this.known.policy;
  }

  /**
   * The policy in force, read for this call. For whoever settles what another service has judged: the other one may have
   * noticed a policy that was published a moment ago, and a final by the one before would undo what it did.
   *
   * @throws DatabaseLate
   */
  fresh(): Promise<Policy> {
    return this.policies.live();
  }
}
