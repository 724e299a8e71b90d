import { Problem } from '#contracts/problems.js';
import type { SignInBody } from '#contracts/sign-in-body.js';
import { readSignInName } from '#contracts/sign-in-name.js';
import type { AuditTrail } from '#persistence/audit-trail.js';
import type { Credentials, PersonStore } from '#persistence/person-store.js';
import type { SessionStore } from '#persistence/session-store.js';
import type { Passwords } from '#service/passwords.js';

import { addressKey } from './address-key.js';
import type { FailedSignIns } from './failed-sign-ins.js';
import { newToken } from './session-cookie.js';
import type { SignInLimits } from './sign-in-limits.js';

export interface SignInParts {
  readonly persons: Pick<PersonStore, 'credentials'>;
  readonly sessions: Pick<SessionStore, 'create' | 'endOf'>;
  readonly passwords: Pick<Passwords, 'matches'>;
  readonly limits: SignInLimits;
  readonly trail: Pick<AuditTrail, 'perform'>;
  readonly failures: Pick<FailedSignIns, 'record'>;
}

/** The browser that somebody signs in with. */
export interface Browser {
  readonly address: string;
  /** What it says it is; shortened. */
  readonly agent: string;
  /** Of a session it has already. */
  readonly token: string | undefined;
  readonly requestId: string;
}

/** Begins a session for whoever knows the password. */
export class SignIn {
  constructor(private readonly parts: SignInParts) {}

  /**
   * The same answer in the same time, whether the name is nobody's, the password wrong, or the person disabled.
   *
   * @returns the session's token, which is always a new one
   * @throws Problem `sign-in-failed`; `too-many-sign-ins`; `overloaded`
   */
  async signIn({ name: typed, password }: SignInBody, browser: Browser): Promise<string> {
    const { persons, passwords, limits, failures } = this.parts;
    const name = readSignInName(typed);
    const attempt = limits.attempt(name ?? typed, browser.address);
    const found = name === undefined ? undefined : await persons.credentials(name);
    const right = await passwords.matches(password, found?.passwordHash);
    const token = found?.usable === true && right ? await this.begin(found, name ?? typed, browser) : undefined;
    if (token === undefined) {
      const address = addressKey(browser.address);
      await failures.record({ personId: found?.personId ?? null, address, requestId: browser.requestId });
      throw new Problem('sign-in-failed', 'The name or the password is wrong.');
    }
    attempt.succeeded();
    return token;
  }

  /** @returns undefined when the person was disabled, or given another password, a moment ago */
  private async begin(found: Credentials, name: string, browser: Browser): Promise<string | undefined> {
    const { sessions, trail } = this.parts;
    const { personId, role, passwordHash } = found;
    const { agent, requestId } = browser;
    const token = newToken();
    const by = { kind: 'person', id: personId, name, role, requestId } as const;
    const deed = {
      act: 'session.begin',
      subject: 'session',
      madeId: (id: string) => id,
      note: () => ({ address: addressKey(browser.address) }),
    } as const;
    try {
      await trail.perform(by, deed, async () => {
        if (browser.token !== undefined) await sessions.endOf(browser.token);
        const id = await sessions.create({ personId, passwordHash, token, agent });
        if (id === undefined) throw new PersonChanged();
        return id;
      });
    } catch (error) {
      if (error instanceof PersonChanged) return undefined;
      throw error;
    }
    return token;
  }
}

/** Takes the transaction back. */
class PersonChanged extends Error {}
