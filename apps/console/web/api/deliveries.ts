import type {
  DeliveryListPage,
  EndpointHealthAnswer,
  EndpointHealthPage,
  ListedDeliveryAnswer,
} from '#contracts/delivery-list-answer.js';
import type { DeliveryState, EndpointState } from '#moderation/events/event-types.js';

import { queryOf, request } from './request.js';

/** Which deliveries. */
export interface DeliveryFilter {
  readonly state: DeliveryState;
  /** Ids. */
  readonly client?: string | undefined;
  readonly endpoint?: string | undefined;
}

/** Which endpoints; what is left out does not narrow. */
export interface EndpointFilter {
  readonly state?: EndpointState | undefined;
  /** Its id. */
  readonly client?: string | undefined;
}

const PAGE = 100;

/** One page of deliveries: of those that wait the next to be tried first, of others the newest. */
export const readDeliveries = (
  filter: DeliveryFilter,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<DeliveryListPage> =>
  request('GET', `/deliveries${queryOf({ ...filter, cursor, limit: PAGE })}`, undefined, signal);

/** One page of endpoints with how they do, the newest first. */
export const readEndpoints = (
  filter: EndpointFilter,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<EndpointHealthPage> => request('GET', `/endpoints${queryOf({ ...filter, cursor })}`, undefined, signal);

/** Has an event sent again that was given up on. */
export const sendAgain = ({ endpointId, eventId }: ListedDeliveryAnswer): Promise<ListedDeliveryAnswer> =>
  request('POST', `/endpoints/${endpointId}/replay`, { eventId });

/** Enables an endpoint that was disabled. */
export const enableEndpoint = (endpointId: string): Promise<EndpointHealthAnswer> =>
  request('POST', `/endpoints/${endpointId}/enable`, {});
