/** What clients are told: what may become true of an asset, and that an endpoint of theirs gets nothing any more. */
export const EVENT_TYPES = ['asset.final', 'asset.superseded', 'endpoint.disabled'] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** An endpoint of the client was disabled, and the client has not asked for that. It is about no asset. */
export const DISABLED_EVENT = 'endpoint.disabled';
export type AssetEventType = Exclude<EventType, typeof DISABLED_EVENT>;

/** What a client sends itself to see whether an endpoint works. It is about no asset, and in no stream. */
export const TEST_EVENT = 'webhook.test';

export const ENDPOINT_STATES = ['enabled', 'disabled'] as const;
export type EndpointState = (typeof ENDPOINT_STATES)[number];

/** Why an endpoint is disabled: its client or an admin wants it so, it is gone (410), or has failed for days on end. */
export type DisabledWhy = 'by_client' | 'by_admin' | 'gone' | 'failing';

export const DELIVERY_STATES = ['waiting', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];
