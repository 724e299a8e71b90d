import type { Provider } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';

import { AuditStore } from '#persistence/audit-store.js';
import type { AuditTrail } from '#persistence/audit-trail.js';
import type { AccessStore } from '#persistence/access-store.js';
import { PersonStore } from '#persistence/person-store.js';
import { SessionStore, type SessionLimits } from '#persistence/session-store.js';
import { ApiKeyGuard } from '#service/api-key.guard.js';
import { Passwords } from '#service/passwords.js';

import { Acting } from '../audit/acting.js';
import { ActInterceptor } from '../audit/act.interceptor.js';
import { ReadAudit } from '../audit/read-audit.js';
import { ChangePerson } from './change-person.js';
import { InvitePerson } from './invite-person.js';
import { ReadPersons } from './read-persons.js';
import { ChangePassword } from '../sign-in/change-password.js';
import { ConsoleGuard } from '../sign-in/console.guard.js';
import { FailedSignIns } from '../sign-in/failed-sign-ins.js';
import { Sessions } from '../sign-in/sessions.js';
import { SignIn } from '../sign-in/sign-in.js';
import { SignInLimits } from '../sign-in/sign-in-limits.js';

/** What tells who calls, what they may do, and what they did. */
export function personProviders(trail: AuditTrail, access: AccessStore, limits: SessionLimits): Provider[] {
  const { database } = trail;
  const [persons, store, book] = [
    new PersonStore(database),
    new SessionStore(database, limits),
    new AuditStore(database),
  ];
  const acting = new Acting(trail, store);
  const [sessions, passwords] = [new Sessions(store, limits, acting), new Passwords()];
  const failures = new FailedSignIns(trail, book);
  const tries = new SignInLimits((name, from) => book.hasSignedIn(name, from));
  const shared = { persons, sessions: store, passwords, limits: tries, trail, failures };
  const keys = new ApiKeyGuard(
    (secret) => access.principal(secret),
    (keyIds) => access.keysUsed(keyIds),
  );
  return [
    { provide: Sessions, useValue: sessions },
    { provide: SignIn, useValue: new SignIn(shared) },
    { provide: ChangePassword, useValue: new ChangePassword(shared) },
    { provide: ReadPersons, useValue: new ReadPersons(persons, store) },
    { provide: InvitePerson, useValue: new InvitePerson(persons, passwords, acting) },
    { provide: ChangePerson, useValue: new ChangePerson(persons, store) },
    { provide: FailedSignIns, useValue: failures },
    { provide: ReadAudit, useValue: new ReadAudit(book) },
    { provide: APP_GUARD, useValue: new ConsoleGuard(keys, sessions) },
    { provide: APP_INTERCEPTOR, useValue: new ActInterceptor(acting) },
  ];
}
