import type { DeliveryAnswer, EndpointAnswer } from '#contracts/webhook-answer.js';
import type { LoggedDelivery } from '#persistence/delivery-log-store.js';
import type { Endpoint } from '#persistence/webhook-store.js';

export const presentEndpoint = (endpoint: Endpoint): EndpointAnswer => ({
  id: endpoint.id,
  url: endpoint.url,
  types: endpoint.types,
  state: endpoint.state,
  disabledWhy: endpoint.disabledWhy,
  failingSince: endpoint.failingSince?.toISOString() ?? null,
  oldSecretUntil: endpoint.oldSecretUntil?.toISOString() ?? null,
  createdAt: endpoint.createdAt.toISOString(),
  changedAt: endpoint.changedAt.toISOString(),
});

export const presentDelivery = (delivery: LoggedDelivery): DeliveryAnswer => ({
  ...delivery,
  nextAt: delivery.nextAt?.toISOString() ?? null,
  attemptedAt: delivery.attemptedAt?.toISOString() ?? null,
  createdAt: delivery.createdAt.toISOString(),
});
