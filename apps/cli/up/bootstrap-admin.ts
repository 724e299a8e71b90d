import { PersonStore, type Person } from '#persistence/person-store.js';
import { oneTimePassword, ONE_TIME_MS, Passwords } from '#service/passwords.js';

import type { CliActs } from '../acting.js';

/** The first person who can sign in at the console. */
export interface FirstAdmin {
  readonly name: string;
  /** Undefined: made by an earlier start, and not shown again. */
  readonly oneTimePassword: string | undefined;
  /** No admin has ever signed in: whoever installed this may have lost the password. */
  readonly neverSignedIn: boolean;
}

const NAME = 'admin';

/** Makes the first admin where there is none, with a password that works once. It is in no file. */
export async function bootstrapAdmin(acts: CliActs): Promise<FirstAdmin> {
  const persons = new PersonStore(acts.database);
  const admins = await persons.admins();
  if (admins !== 'none') return { name: NAME, oneTimePassword: undefined, neverSignedIn: admins === 'new' };
  const password = oneTimePassword();
  const passwordHash = await new Passwords().hash(password);
  const passwordUntil = new Date(Date.now() + ONE_TIME_MS);
  const createdBy = acts.by.name;
  const deed = { act: 'person.invite', subject: 'person', madeId: ({ id }: Person) => id } as const;
  try {
    await acts.act(deed, async () => {
      const displayName = 'First admin';
      const person = { name: NAME, displayName, role: 'admin', passwordHash, passwordUntil, createdBy } as const;
      const made = await persons.create(person);
      if (made === undefined) throw new NameTaken();
      return made;
    });
  } catch (error) {
    if (!(error instanceof NameTaken)) throw error;
    return { name: NAME, oneTimePassword: undefined, neverSignedIn: false };
  }
  return { name: NAME, oneTimePassword: password, neverSignedIn: true };
}

/** By somebody who is no admin. Nothing was done then, and nothing is written down. */
class NameTaken extends Error {}
