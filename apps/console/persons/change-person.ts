import type { EndedSessionsAnswer, PersonAnswer } from '#contracts/person-answer.js';
import type { PersonChangeBody } from '#contracts/person-body.js';
import { Problem } from '#contracts/problems.js';
import type { PersonStore } from '#persistence/person-store.js';
import type { SessionStore } from '#persistence/session-store.js';

import { noPerson, presentPerson } from './present-person.js';

/** Changes what a person may do, and ends their sessions. */
export class ChangePerson {
  constructor(
    private readonly persons: Pick<PersonStore, 'change' | 'find'>,
    private readonly sessions: Pick<SessionStore, 'endAll'>,
  ) {}

  /** @throws Problem `not-found`; `conflict` for the last admin */
  async change(id: string, change: PersonChangeBody): Promise<PersonAnswer> {
    const changed = await this.persons.change(id, change);
    if (changed.kind === 'changed') return presentPerson(changed.person);
    if (changed.why === 'unknown') throw noPerson();
    throw new Problem('conflict', 'This is the last admin who can sign in: make another first.');
  }

  /** @throws Problem `not-found` */
  async signOut(id: string): Promise<EndedSessionsAnswer> {
    if ((await this.persons.find({ id })) === undefined) throw noPerson();
    return { ended: await this.sessions.endAll(id) };
  }
}
