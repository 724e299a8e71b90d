import type { Principal, SignedIn } from '#contracts/access.js';
import { Problem } from '#contracts/problems.js';
import type { PasswordBody } from '#contracts/sign-in-body.js';
import type { AuditTrail } from '#persistence/audit-trail.js';
import type { Credentials, PersonStore } from '#persistence/person-store.js';
import type { SessionStore } from '#persistence/session-store.js';
import type { Passwords } from '#service/passwords.js';

import { actorOf } from '../audit/actor-of.js';
import { addressKey } from './address-key.js';
import type { FailedSignIns } from './failed-sign-ins.js';
import { newToken } from './session-cookie.js';
import type { Browser } from './sign-in.js';
import type { SignInLimits } from './sign-in-limits.js';

export interface ChangePasswordParts {
  readonly persons: Pick<PersonStore, 'credentials' | 'choosePassword'>;
  readonly sessions: Pick<SessionStore, 'rotate'>;
  readonly passwords: Passwords;
  readonly limits: SignInLimits;
  readonly trail: Pick<AuditTrail, 'perform'>;
  readonly failures: Pick<FailedSignIns, 'record'>;
}

const CHANGED = 'The password was changed, or the session ended, a moment ago.';

/** Shorter names are in too many words. */
const NAME_CHARACTERS_MIN = 4;

/** Gives a person a password of their own choice; whoever else is signed in as them is not any more. */
export class ChangePassword {
  constructor(private readonly parts: ChangePasswordParts) {}

  /**
   * @param caller a person's session
   * @returns another token for that session
   * @throws Problem `sign-in-failed` for a wrong password; `too-many-sign-ins`; `invalid-request` for a new one that is none
   */
  async change(caller: Principal, { personId }: SignedIn, body: PasswordBody, browser: Browser): Promise<string> {
    const { persons, sessions, passwords, limits, trail, failures } = this.parts;
    const { holder: name, keyId: sessionId } = caller;
    const { requestId } = browser;
    refuseObvious(body, name);
    const attempt = await limits.attempt(name, browser.address);
    const found = await this.held(name, body.current).catch((error: unknown) => {
      attempt.takeBack();
      throw error;
    });
    if (found === undefined) {
      await failures.record({ personId, address: addressKey(browser.address), requestId });
      throw new Problem('sign-in-failed', 'The current password is wrong.');
    }
    attempt.succeeded();
    const [token, hashed] = [newToken(), await passwords.hash(body.next)];
    const deed = { act: 'person.change_password', subject: 'person', id: personId } as const;
    await trail.perform(actorOf(caller, requestId), deed, async () => {
      const chosen = await persons.choosePassword({ personId, sessionId, from: found.passwordHash, to: hashed });
      // thrown: what was done of it is taken back
      if (!chosen || !(await sessions.rotate(sessionId, token))) throw new Problem('sign-in-failed', CHANGED);
    });
    return token;
  }

  /** @returns what the password was held against; undefined when it is another */
  private async held(name: string, password: string): Promise<Credentials | undefined> {
    const { persons, passwords } = this.parts;
    const found = await persons.credentials(name);
    return (await passwords.matches(password, found?.passwordHash, 'first')) ? found : undefined;
  }
}

function refuseObvious({ current, next }: PasswordBody, name: string): void {
  const plain = (text: string): string => text.normalize('NFKC');
  const same = plain(next) === plain(current);
  const named = name.length >= NAME_CHARACTERS_MIN && plain(next).toLowerCase().includes(name);
  if (!same && !named) return;
  const detail = same ? 'must be another than the current one' : 'must not hold your name';
  throw new Problem('invalid-request', 'Choose another password.', { errors: [{ pointer: '/next', detail }] });
}
