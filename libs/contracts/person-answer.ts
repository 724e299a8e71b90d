import type { PersonRole } from './access.js';

/** What is known of a person of the console, times aside. */
export interface PersonFacts {
  readonly id: string;
  /** What they sign in with. */
  readonly name: string;
  readonly displayName: string;
  readonly role: PersonRole;
  readonly disabled: boolean;
  /** They have not chosen a password of their own yet. */
  readonly mustChangePassword: boolean;
  readonly createdBy: string;
  /** Sessions that were not ended and have not expired. */
  readonly sessions: number;
}

/** A person of the console. Times are RFC 3339 in UTC. */
export interface PersonAnswer extends PersonFacts {
  readonly createdAt: string;
  readonly signedInAt: string | null;
}

export interface PersonPage {
  readonly items: readonly PersonAnswer[];
  /** Ask again with `cursor` set to this; null on the last page. */
  readonly next: string | null;
}

/** A person with a password that works once. It is shown this one time. */
export interface InvitedPersonAnswer {
  readonly person: PersonAnswer;
  readonly oneTimePassword: string;
  /** Until when it works. */
  readonly passwordUntil: string;
}

/** A browser in which a person is signed in. */
export interface PersonSessionAnswer {
  readonly id: string;
  /** What the browser says it is. */
  readonly agent: string;
  readonly createdAt: string;
  /** To the minute. */
  readonly seenAt: string;
  readonly expiresAt: string;
}

export interface PersonSessionList {
  readonly items: readonly PersonSessionAnswer[];
}

/** How many sessions were ended. */
export interface EndedSessionsAnswer {
  readonly ended: number;
}
