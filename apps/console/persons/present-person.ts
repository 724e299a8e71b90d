import type { PersonAnswer, PersonSessionAnswer } from '#contracts/person-answer.js';
import { Problem } from '#contracts/problems.js';
import type { Person } from '#persistence/person-store.js';
import type { ListedSession } from '#persistence/session-store.js';

export const presentPerson = (person: Person): PersonAnswer => ({
  ...person,
  createdAt: person.createdAt.toISOString(),
  signedInAt: person.signedInAt?.toISOString() ?? null,
});

export const presentListed = ({ id, agent, createdAt, seenAt, expiresAt }: ListedSession): PersonSessionAnswer => ({
  id,
  agent,
  createdAt: createdAt.toISOString(),
  seenAt: seenAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
});

export const noPerson = (): Problem => new Problem('not-found', 'There is no person with this id.');
