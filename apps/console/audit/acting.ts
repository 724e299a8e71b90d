import type { PersonRole, Principal } from '#contracts/access.js';
import { Problem } from '#contracts/problems.js';
import type { AuditTrail, Deed } from '#persistence/audit-trail.js';

import { actorOf } from './actor-of.js';

/** What the guard found, and the request that it found it in. */
export interface ActingCaller {
  readonly principal: Principal;
  readonly requestId: string;
}

/** Has what callers do written down, in the transaction that does it. */
export class Acting {
  constructor(
    private readonly trail: Pick<AuditTrail, 'perform'>,
    private readonly sessions: { roleOf(id: string): Promise<PersonRole | undefined> },
  ) {}

  /**
   * A person's role is looked at again in the transaction: they may have waited since the guard did.
   *
   * @throws Problem `unauthorized`, `forbidden` for a person who was signed out, or given another role, meanwhile; what
   *   `work` throws
   */
  perform<T>({ principal, requestId }: ActingCaller, deed: Deed<T>, work: () => Promise<T>): Promise<T> {
    return this.trail.perform(actorOf(principal, requestId), deed, async () => {
      await this.refuseChanged(principal);
      return work();
    });
  }

  private async refuseChanged({ person, keyId, role }: Principal): Promise<void> {
    if (person === undefined) return;
    const now = await this.sessions.roleOf(keyId);
    if (now === undefined) throw new Problem('unauthorized', 'The session ended a moment ago.');
    if (now !== role) throw new Problem('forbidden', 'Your role was changed a moment ago.');
  }
}
