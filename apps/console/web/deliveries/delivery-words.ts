import type { CountedUpTo } from '#contracts/delivery-list-answer.js';
import type { DeliveryState, DisabledWhy, EndpointState } from '#moderation/events/event-types.js';

import { whole } from '../overview/numbers.js';

/** What the closed sets of words about deliveries are called on the pages. */
export const DELIVERY_STATE_NAMES: Readonly<Record<DeliveryState, string>> = {
  waiting: 'Waiting',
  failed: 'Given up on',
  delivered: 'Delivered',
};

/** In the order in which they ask for somebody. */
export const DELIVERY_STATES = Object.keys(DELIVERY_STATE_NAMES) as readonly DeliveryState[];

const ENDPOINT_STATE_NAMES: Readonly<Record<EndpointState, string>> = { enabled: 'enabled', disabled: 'disabled' };
export const ENDPOINT_STATES = Object.keys(ENDPOINT_STATE_NAMES) as readonly EndpointState[];

export const DISABLED_NAMES: Readonly<Record<DisabledWhy, string>> = {
  by_client: 'by its client',
  by_admin: 'by an admin',
  gone: 'it answered 410: gone',
  failing: 'it failed for days on end',
};

/** `12`, or `1 000+` where there are more than were counted. */
export const countText = ({ count, more }: CountedUpTo): string => `${whole(count)}${more ? '+' : ''}`;
