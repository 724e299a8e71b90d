import { PersonStore, type Person } from '#persistence/person-store.js';
import { oneTimePassword, ONE_TIME_MS, Passwords } from '#service/passwords.js';

import type { CliActs } from '../acting.js';

/** The first person who can sign in at the console. */
export interface FirstAdmin {
  readonly name: string;
  /** Undefined: made by an earlier start, and not shown again. */
  readonly oneTimePassword: string | undefined;
}

const NAME = 'admin';

/** Makes the first admin where there is none, with a password that works once. It is in no file. */
export async function bootstrapAdmin(acts: CliActs): Promise<FirstAdmin> {
  const persons = new PersonStore(acts.database);
  const nothing: FirstAdmin = { name: NAME, oneTimePassword: undefined };
  if (await persons.hasAdmin()) return nothing;
  const password = oneTimePassword();
  const passwordHash = await new Passwords().hash(password);
  const passwordUntil = new Date(Date.now() + ONE_TIME_MS);
  const createdBy = acts.by.name;
  const deed = {
    act: 'person.invite',
    subject: 'person',
    madeId: (made: Person | undefined) => made?.id ?? null,
  } as const;
  const made = await acts.act(deed, () =>
    persons.create({ name: NAME, displayName: 'First admin', role: 'admin', passwordHash, passwordUntil, createdBy }),
  );
  return made === undefined ? nothing : { name: NAME, oneTimePassword: password };
}
