import type { InvitedPersonAnswer } from '#contracts/person-answer.js';
import type { PersonBody } from '#contracts/person-body.js';
import { Problem } from '#contracts/problems.js';
import { readSignInName, SIGN_IN_NAME_RULE } from '#contracts/sign-in-name.js';
import type { Person, PersonStore } from '#persistence/person-store.js';
import { oneTimePassword, ONE_TIME_MS, type Passwords } from '#service/passwords.js';

import type { Acting, ActingCaller } from '../audit/acting.js';
import { noPerson, presentPerson } from './present-person.js';

/** Gives out passwords that work once: to new people, and to those who have lost theirs. */
export class InvitePerson {
  constructor(
    private readonly persons: Pick<PersonStore, 'create' | 'resetPassword'>,
    private readonly passwords: Pick<Passwords, 'hash'>,
    private readonly acting: Pick<Acting, 'perform'>,
  ) {}

  /** @throws Problem `conflict` when the name is taken */
  invite({ name: typed, displayName, role }: PersonBody, caller: ActingCaller): Promise<InvitedPersonAnswer> {
    const name = readSignInName(typed);
    if (name === undefined) {
      throw new Problem('invalid-request', 'The name is none.', {
        errors: [{ pointer: '/name', detail: SIGN_IN_NAME_RULE }],
      });
    }
    const createdBy = caller.principal.holder;
    const deed = { act: 'person.invite', subject: 'person', madeId: ({ id }: Person) => id } as const;
    return this.withPassword((passwordHash, passwordUntil) =>
      this.acting.perform(caller, deed, async () => {
        const person = await this.persons.create({ name, displayName, role, passwordHash, passwordUntil, createdBy });
        if (person === undefined) throw new Problem('conflict', `There is a person called ${name} already.`);
        return person;
      }),
    );
  }

  /** @throws Problem `not-found` */
  reset(id: string, caller: ActingCaller): Promise<InvitedPersonAnswer> {
    return this.withPassword((passwordHash, until) =>
      this.acting.perform(caller, { act: 'person.reset', subject: 'person', id }, async () => {
        const person = await this.persons.resetPassword(id, passwordHash, until);
        if (person === undefined) throw noPerson();
        return person;
      }),
    );
  }

  /** Hashing may wait in line: no transaction is open meanwhile. */
  private async withPassword(give: (hashed: string, until: Date) => Promise<Person>): Promise<InvitedPersonAnswer> {
    const password = oneTimePassword();
    const until = new Date(Date.now() + ONE_TIME_MS);
    const person = await give(await this.passwords.hash(password), until);
    return { person: presentPerson(person), oneTimePassword: password, passwordUntil: until.toISOString() };
  }
}
