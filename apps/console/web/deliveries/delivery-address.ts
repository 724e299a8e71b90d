import type { DeliveryState, EndpointState } from '#moderation/events/event-types.js';

import { DELIVERY_STATES, ENDPOINT_STATES } from './delivery-words.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** What the page of deliveries shows: endpoints, or deliveries of a state. */
export interface Shown {
  /** Left out: endpoints are shown. */
  readonly state?: DeliveryState | undefined;
  /** Which endpoints are shown. */
  readonly endpoints?: EndpointState | undefined;
  /** Ids. */
  readonly client?: string | undefined;
  readonly endpoint?: string | undefined;
}

/** What an address names; what it says wrongly is left out. */
export function shownOf(params: URLSearchParams): Shown {
  const state = DELIVERY_STATES.find((one) => one === params.get('state'));
  const endpoints = ENDPOINT_STATES.find((one) => one === params.get('endpoints'));
  const client = idOf(params.get('client'));
  const endpoint = idOf(params.get('endpoint'));
  return {
    ...(state === undefined ? {} : { state }),
    ...(state === undefined && endpoints !== undefined ? { endpoints } : {}),
    ...(client === undefined ? {} : { client }),
    ...(state === undefined || endpoint === undefined ? {} : { endpoint }),
  };
}

/** The address of the page that shows this. */
export function addressOf({ state, endpoints, client, endpoint }: Shown): string {
  const set = Object.entries({ state, endpoints, client, endpoint }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return set.length === 0 ? '/deliveries' : `/deliveries?${new URLSearchParams(set).toString()}`;
}

const idOf = (text: string | null): string | undefined => (text !== null && UUID.test(text) ? text : undefined);
