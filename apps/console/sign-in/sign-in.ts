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
    const attempt = await limits.attempt(name ?? typed, browser.address);
    let found: Credentials | undefined;
    try {
      found = name === undefined ? undefined : await persons.credentials(name);
      if (found !== undefined) attempt.ofSomebody();
      const right = await passwords.matches(password, found?.passwordHash, attempt.trusted ? 'first' : 'last');
      const token = found?.usable === true && right ? await this.begin(found, name ?? typed, browser) : undefined;
      if (token !== undefined) {
        attempt.succeeded();
        return token;
      }
    } catch (error) {
      attempt.takeBack();
      throw error;
    }
    const address = addressKey(browser.address);
    await failures.record({ personId: found?.personId ?? null, address, requestId: browser.requestId });
    throw new Problem('sign-in-failed', 'The name or the password is wrong.');
  }

  /** @returns undefined when the person was disabled, or given another password, a moment ago */
  private async begin(found: Credentials, name: string, browser: Browser): Promise<string | undefined> {
    const { sessions, trail } = this.parts;
    const { personId, role, passwordHash } = found;
    const { agent, requestId } = browser;
    const token = newToken();
    let ended: readonly string[] = [];
    const by = { kind: 'person', id: personId, name, role, requestId } as const;
    const deed = {
      act: 'session.begin',
      subject: 'session',
      madeId: (id: string) => id,
      note: () => ({ address: addressKey(browser.address), ...(ended.length === 0 ? {} : { ended }) }),
    } as const;
    try {
      await trail.perform(by, deed, async () => {
        // locks the person first, as all do who end sessions of a person
        const begun = await sessions.create({ personId, passwordHash, token, agent });
        if (begun === undefined) throw new PersonChanged();
        const replaced = browser.token === undefined ? undefined : await sessions.endOf(browser.token);
        ended = replaced === undefined ? begun.ended : [replaced, ...begun.ended];
        return begun.id;
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
