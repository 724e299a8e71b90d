import type {
  CountedUpTo,
  EndpointHealthAnswer,
  EndpointHeard,
  ListedDeliveryAnswer,
} from '#contracts/delivery-list-answer.js';
import { ENDPOINT_COUNTED_MAX, type EndpointHealth } from '#persistence/delivery-endpoint-store.js';
import type { ListedDelivery } from '#persistence/delivery-list-store.js';

import { placeOf } from './place-of.js';

export const presentEndpoint = (endpoint: EndpointHealth): EndpointHealthAnswer => {
  const failure = heard(endpoint.failedAt, endpoint.failedStatus);
  return {
    endpointId: endpoint.id,
    clientId: endpoint.clientId,
    clientName: endpoint.clientName,
    ...placeOf(endpoint.url),
    types: endpoint.types,
    state: endpoint.state,
    disabledWhy: endpoint.disabledWhy,
    changedAt: endpoint.changedAt.toISOString(),
    createdAt: endpoint.createdAt.toISOString(),
    waiting: upToBound(endpoint.waiting),
    oldestAt: endpoint.oldestAt?.toISOString() ?? null,
    failed: upToBound(endpoint.failed),
    lastTaken: heard(endpoint.takenAt, endpoint.takenStatus),
    lastFailure: failure === null ? null : { ...failure, error: endpoint.failedError },
    failures: endpoint.failures,
    failingSince: endpoint.failingSince?.toISOString() ?? null,
    restsUntil: endpoint.restsUntil?.toISOString() ?? null,
  };
};

export const presentDelivery = (delivery: ListedDelivery): ListedDeliveryAnswer => ({
  eventId: delivery.eventId,
  type: delivery.type,
  assetId: delivery.assetId,
  sequence: delivery.sequence,
  state: delivery.state,
  attempts: delivery.attempts,
  lastStatus: delivery.lastStatus,
  lastError: delivery.lastError,
  responseMs: delivery.responseMs,
  // while it is being sent, its time is when others may take it
  nextAt: delivery.inHand ? null : (delivery.nextAt?.toISOString() ?? null),
  attemptedAt: delivery.attemptedAt?.toISOString() ?? null,
  createdAt: delivery.createdAt.toISOString(),
  endpointId: delivery.endpointId,
  clientId: delivery.clientId,
  clientName: delivery.clientName,
  ...placeOf(delivery.url),
  endpointState: delivery.endpointState,
  inHand: delivery.inHand,
});

const heard = (at: Date | null, status: number | null): EndpointHeard | null =>
  at === null ? null : { at: at.toISOString(), status };

/** @param counted up to one more than the bound */
const upToBound = (counted: number): CountedUpTo => ({
  count: Math.min(counted, ENDPOINT_COUNTED_MAX),
  more: counted > ENDPOINT_COUNTED_MAX,
});
