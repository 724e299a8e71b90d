import type { Provider } from '@nestjs/common';

import type { openDatabase } from '#persistence/database.js';
import { DeliveryEndpointStore } from '#persistence/delivery-endpoint-store.js';
import { DeliveryListStore } from '#persistence/delivery-list-store.js';
import { DeliveryLogStore } from '#persistence/delivery-log-store.js';
import { WebhookStore } from '#persistence/webhook-store.js';

import { ActOnDeliveries } from './act-on-deliveries.js';
import { ListDeliveries } from './list-deliveries.js';

/** What the routes of deliveries need. @param database of the audit's trail */
export function deliveryProviders(database: Awaited<ReturnType<typeof openDatabase>>): Provider[] {
  const deliveries = new DeliveryListStore(database);
  const healths = new DeliveryEndpointStore(database);
  const log = new DeliveryLogStore(database);
  const acts = new ActOnDeliveries({ log, deliveries, healths, webhooks: new WebhookStore(database) });
  return [
    { provide: ListDeliveries, useValue: new ListDeliveries(deliveries, healths) },
    { provide: ActOnDeliveries, useValue: acts },
  ];
}
