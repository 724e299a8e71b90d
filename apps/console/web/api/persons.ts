import type { PersonRole } from '#contracts/access.js';
import type {
  EndedSessionsAnswer,
  InvitedPersonAnswer,
  PersonAnswer,
  PersonPage,
  PersonSessionList,
} from '#contracts/person-answer.js';

import { queryOf, request } from './request.js';

/** What may change of a person. */
export interface PersonChange {
  readonly role?: PersonRole;
  readonly disabled?: boolean;
}

/** One page of the people, the newest first. */
export const readPersons = (cursor: string | undefined, signal: AbortSignal): Promise<PersonPage> =>
  request('GET', `/persons${queryOf({ cursor })}`, undefined, signal);

/** A new person, with a password that works once. */
export const invitePerson = (name: string, displayName: string, role: PersonRole): Promise<InvitedPersonAnswer> =>
  request('POST', '/persons', { name, displayName, role });

/** Holds from their next request on. */
export const changePerson = (id: string, change: PersonChange): Promise<PersonAnswer> =>
  request('PATCH', `/persons/${id}`, change);

/** Another password that works once; all their sessions end. */
export const resetPerson = (id: string): Promise<InvitedPersonAnswer> => request('POST', `/persons/${id}/reset`);

/** Where somebody is signed in. */
export const readSessions = (id: string, signal: AbortSignal): Promise<PersonSessionList> =>
  request('GET', `/persons/${id}/sessions`, undefined, signal);

/** Signs somebody out everywhere. */
export const signOutPerson = (id: string): Promise<EndedSessionsAnswer> => request('DELETE', `/persons/${id}/sessions`);
