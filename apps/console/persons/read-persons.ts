import type { PersonAnswer, PersonPage, PersonSessionList } from '#contracts/person-answer.js';
import type { PersonQuery } from '#contracts/person-body.js';
import type { PersonStore } from '#persistence/person-store.js';
import type { SessionStore } from '#persistence/session-store.js';

import { noPerson, presentListed, presentPerson } from './present-person.js';

/** People of the console, page by page and one by one. */
export class ReadPersons {
  constructor(
    private readonly persons: Pick<PersonStore, 'page' | 'find'>,
    private readonly store: Pick<SessionStore, 'list'>,
  ) {}

  async list({ limit, cursor }: PersonQuery): Promise<PersonPage> {
    const rows = await this.persons.page(limit + 1, cursor);
    const page = rows.slice(0, limit);
    return { items: page.map(presentPerson), next: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
  }

  /** @throws Problem `not-found` */
  async read(id: string): Promise<PersonAnswer> {
    const person = await this.persons.find({ id });
    if (person === undefined) throw noPerson();
    return presentPerson(person);
  }

  /** @throws Problem `not-found` */
  async sessions(id: string): Promise<PersonSessionList> {
    await this.read(id);
    return { items: (await this.store.list(id)).map(presentListed) };
  }
}
