import type { DisabledWhy, EndpointState, EventType } from '#moderation/events/event-types.js';

import type { DeliveryAnswer } from './webhook-answer.js';

/** How many, up to a bound. */
export interface CountedUpTo {
  readonly count: number;
  /** There are more than were counted. */
  readonly more: boolean;
}

/** Whose an endpoint is, and where: no secret is in it. */
export interface EndpointPlace {
  readonly endpointId: string;
  readonly clientId: string;
  readonly clientName: string;
  /** With its port, where that is not the usual one. */
  readonly host: string;
  /** Without its query; parts of it that may be secrets are `…`. */
  readonly path: string;
}

/** What an endpoint made of a try. */
export interface EndpointHeard {
  /** RFC 3339 in UTC. */
  readonly at: string;
  /** Of the answer; null where there was none in time. */
  readonly status: number | null;
}

/** An endpoint as those see it who run the installation, with how it does. */
export interface EndpointHealthAnswer extends EndpointPlace {
  /** What it is sent; empty: all. */
  readonly types: readonly EventType[];
  readonly state: EndpointState;
  readonly disabledWhy: DisabledWhy | null;
  /** Since when it is in this state, or was changed otherwise. */
  readonly changedAt: string;
  readonly createdAt: string;
  readonly waiting: CountedUpTo;
  /** When the oldest event that waits for it happened, of those that were counted; null where none does. */
  readonly oldestAt: string | null;
  /** Given up on. */
  readonly failed: CountedUpTo;
  /** The last try that it took, up to a minute ago; null: none that is known. */
  readonly lastTaken: EndpointHeard | null;
  /** The last one that it did not take, and why. */
  readonly lastFailure: (EndpointHeard & { readonly error: string | null }) | null;
  /** Tries in a row that failed; from the first on one event is tried at a time. */
  readonly failures: number;
  readonly failingSince: string | null;
  /** Until when nothing is sent to it, because it failed often or asked for that; null where it is sent to. */
  readonly restsUntil: string | null;
}

export interface EndpointHealthPage {
  /** The newest first. */
  readonly items: readonly EndpointHealthAnswer[];
  /** Ask again with `cursor` set to this; null on the last page. */
  readonly next: string | null;
}

/** One event on its way to one endpoint, as those see it who run the installation. */
export interface ListedDeliveryAnswer extends DeliveryAnswer, EndpointPlace {
  readonly endpointState: EndpointState;
  /** It is being sent now. */
  readonly inHand: boolean;
}

export interface DeliveryListPage {
  /** Of those that wait the one that is tried next comes first; of others the newest event. */
  readonly items: readonly ListedDeliveryAnswer[];
  /** Ask again with `cursor` set to this; null on the last page. */
  readonly next: string | null;
}
