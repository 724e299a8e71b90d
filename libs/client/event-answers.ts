import type { DecisionSource, Finding, Stage, Transition, Verdict } from './answers.js';

export const EVENT_TYPES = ['asset.final', 'asset.superseded', 'endpoint.disabled'] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** A decision as an event tells it. */
export interface EventDecision {
  readonly revision: number;
  readonly stage: Stage;
  readonly verdict: Verdict;
  readonly source: DecisionSource;
  /** Whether the asset may be shown while this decision is in force. */
  readonly served: boolean;
  readonly labels: readonly Finding[];
  readonly decidedAt: string;
}

/** What has become true of an asset. */
export interface AssetEventData {
  readonly assetId: string;
  readonly externalId: string | null;
  /** Decide by this and not by arrival: of one asset higher is later. */
  readonly sequence: number;
  readonly previous: EventDecision;
  readonly current: EventDecision;
  readonly transition: Transition | null;
  /** Milliseconds a late_block was served; null for every other transition. */
  readonly exposureMs: number | null;
}

/** An event about an asset. Its `id` is the same in streams and webhooks, at every try. */
export interface AssetEvent {
  readonly id: string;
  readonly type: Exclude<EventType, 'endpoint.disabled'>;
  readonly timestamp: string;
  readonly data: AssetEventData;
}

/** One of your endpoints gets nothing any more, and you have not asked for that. */
export interface EndpointEvent {
  readonly id: string;
  readonly type: 'endpoint.disabled';
  readonly timestamp: string;
  readonly data: {
    readonly endpointId: string;
    readonly url: string;
    readonly why: 'by_admin' | 'gone' | 'failing';
    readonly disabledAt: string;
  };
}

/** An event of some types. */
export type EventOf<T extends EventType> = T extends 'endpoint.disabled' ? EndpointEvent : AssetEvent;

/** What `webhooks.test` sends. */
export interface TestEvent {
  readonly id: string;
  readonly type: 'webhook.test';
  readonly timestamp: string;
  readonly data: { readonly message: string };
}

/** What comes to an endpoint. */
export type WebhookEvent = AssetEvent | EndpointEvent | TestEvent;

/** Where your events are sent. */
export interface Endpoint {
  readonly id: string;
  readonly url: string;
  /** Empty: all. */
  readonly types: readonly EventType[];
  readonly state: 'enabled' | 'disabled';
  readonly disabledWhy: 'by_client' | 'by_admin' | 'gone' | 'failing' | null;
  readonly failingSince: string | null;
  /** Until when requests are signed with the secret before, too. */
  readonly oldSecretUntil: string | null;
  readonly createdAt: string;
  readonly changedAt: string;
}

/** With the secret, which is shown this once. */
export interface NewEndpoint extends Endpoint {
  readonly secret: string;
}

export type DeliveryState = 'waiting' | 'delivered' | 'failed';

/** One event on its way to one endpoint. */
export interface Delivery {
  readonly eventId: string;
  readonly type: WebhookEvent['type'];
  readonly assetId: string | null;
  readonly sequence: number | null;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly nextAt: string | null;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly responseMs: number | null;
  readonly attemptedAt: string | null;
  readonly createdAt: string;
}
