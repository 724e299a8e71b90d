import type {
  DeliveryState,
  DisabledWhy,
  EndpointState,
  EventType,
  TEST_EVENT,
} from '#moderation/events/event-types.js';

/** An endpoint as its client sees it; its secret is shown when it is made and never again. */
export interface EndpointAnswer {
  readonly id: string;
  readonly url: string;
  /** Empty: all. */
  readonly types: readonly EventType[];
  readonly state: EndpointState;
  readonly disabledWhy: DisabledWhy | null;
  /** Since when nothing but failures has come of it; null while it works. */
  readonly failingSince: string | null;
  /** Until when requests are signed with the secret before, too. */
  readonly oldSecretUntil: string | null;
  readonly createdAt: string;
  readonly changedAt: string;
}

export interface NewEndpointAnswer extends EndpointAnswer {
  readonly secret: string;
}

/** One event on its way to one endpoint, but for its times. */
export interface DeliveryFacts {
  /** Header `webhook-id` of every try. */
  readonly eventId: string;
  readonly type: EventType | typeof TEST_EVENT;
  readonly assetId: string | null;
  readonly sequence: number | null;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** Of the last try: the answer's status, or in words why there was none. */
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly responseMs: number | null;
}

export interface DeliveryAnswer extends DeliveryFacts {
  /** Of the next try; null where there is none to come. */
  readonly nextAt: string | null;
  readonly attemptedAt: string | null;
  readonly createdAt: string;
}

export interface DeliveryPage {
  readonly items: readonly DeliveryAnswer[];
  /** Ask again with `cursor` set to this; null on the last page. */
  readonly next: string | null;
}

export interface EndpointList {
  /** The oldest first. */
  readonly items: readonly EndpointAnswer[];
}

/** An event that is on its way. */
export interface EventSent {
  readonly eventId: string;
}
