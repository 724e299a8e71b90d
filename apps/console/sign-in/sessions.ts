import type { Principal } from '#contracts/access.js';
import type { SessionAnswer } from '#contracts/sign-in-answer.js';
import type { LiveSession, SessionLimits, SessionStore } from '#persistence/session-store.js';

import type { Acting, ActingCaller } from '../audit/acting.js';
import { presentSession } from './present-session.js';

/** Sessions as their people have them. */
export class Sessions {
  constructor(
    private readonly store: Pick<SessionStore, 'find' | 'touch' | 'end'>,
    private readonly limits: SessionLimits,
    private readonly acting: Pick<Acting, 'perform'>,
  ) {}

  get absoluteMs(): number {
    return this.limits.absoluteMs;
  }

  /** Who is signed in with this token, now; noted as used. Undefined for nobody. */
  async principal(token: string): Promise<Principal | undefined> {
    const session = await this.store.find(token);
    if (session === undefined) return undefined;
    if (session.stale) await this.store.touch(session.id);
    return this.principalOf(session);
  }

  /** @throws Error for a token that was not made just now */
  async of(token: string): Promise<SessionAnswer> {
    const principal = await this.principal(token);
    if (principal === undefined) throw new Error('a session that has just begun is not there');
    return presentSession(principal);
  }

  /** Ends the session that asks; it is over, and written down, when this returns. */
  async end(caller: ActingCaller): Promise<void> {
    const id = caller.principal.keyId;
    await this.acting.perform(caller, { act: 'session.end', subject: 'session', id }, () => this.store.end(id));
  }

  private principalOf(session: LiveSession): Principal {
    const { id, personId, name, displayName, role, mustChangePassword, expiresAt } = session;
    const seenMs = session.stale ? Date.now() : session.seenAt.getTime();
    const idleExpiresAt = new Date(Math.min(expiresAt.getTime(), seenMs + this.limits.idleMs));
    const person = { personId, displayName, mustChangePassword, expiresAt, idleExpiresAt };
    return { keyId: id, role, clientId: null, holder: name, scopes: [], person };
  }
}
