/** What may become true of an asset that its client is told of. */
export const EVENT_TYPES = ['asset.final', 'asset.superseded'] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** What a client sends itself to see whether an endpoint works. It is about no asset, and in no stream. */
export const TEST_EVENT = 'webhook.test';

export const ENDPOINT_STATES = ['enabled', 'disabled'] as const;
export type EndpointState = (typeof ENDPOINT_STATES)[number];

/** Why an endpoint is disabled: its client or an admin wants it so, it is gone (410), or has failed for days on end. */
export type DisabledWhy = 'by_client' | 'by_admin' | 'gone' | 'failing';

export const DELIVERY_STATES = ['waiting', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];
