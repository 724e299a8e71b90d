import type { InvitedPersonAnswer } from '#contracts/person-answer.js';
import type { PersonBody } from '#contracts/person-body.js';
import { Problem } from '#contracts/problems.js';
import { readSignInName, SIGN_IN_NAME_RULE } from '#contracts/sign-in-name.js';
import type { Person, PersonStore } from '#persistence/person-store.js';
import { oneTimePassword, ONE_TIME_MS, type Passwords } from '#service/passwords.js';

import { noPerson, presentPerson } from './present-person.js';

/** Gives out passwords that work once: to new people, and to those who have lost theirs. */
export class InvitePerson {
  constructor(
    private readonly persons: Pick<PersonStore, 'create' | 'setPassword'>,
    private readonly passwords: Pick<Passwords, 'hash'>,
  ) {}

  /** @throws Problem `conflict` when the name is taken */
  invite({ name: typed, displayName, role }: PersonBody, createdBy: string): Promise<InvitedPersonAnswer> {
    const name = readSignInName(typed);
    if (name === undefined) {
      throw new Problem('invalid-request', 'The name is none.', {
        errors: [{ pointer: '/name', detail: SIGN_IN_NAME_RULE }],
      });
    }
    return this.withPassword(async (passwordHash, passwordUntil) => {
      const person = await this.persons.create({ name, displayName, role, passwordHash, passwordUntil, createdBy });
      if (person === undefined) throw new Problem('conflict', `There is a person called ${name} already.`);
      return person;
    });
  }

  /** @throws Problem `not-found` */
  reset(id: string): Promise<InvitedPersonAnswer> {
    return this.withPassword(async (passwordHash, until) => {
      const person = await this.persons.setPassword(id, passwordHash, until);
      if (person === undefined) throw noPerson();
      return person;
    });
  }

  private async withPassword(give: (hashed: string, until: Date) => Promise<Person>): Promise<InvitedPersonAnswer> {
    const password = oneTimePassword();
    const until = new Date(Date.now() + ONE_TIME_MS);
    const person = await give(await this.passwords.hash(password), until);
    return { person: presentPerson(person), oneTimePassword: password, passwordUntil: until.toISOString() };
  }
}
