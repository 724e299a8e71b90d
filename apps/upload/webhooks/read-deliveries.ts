import { Problem } from '#contracts/problems.js';
import type { DeliveryPage } from '#contracts/webhook-answer.js';
import type { DeliveryQuery } from '#contracts/webhook-query.js';
import type { DeliveryLogStore } from '#persistence/delivery-log-store.js';
import type { Endpoint, WebhookStore } from '#persistence/webhook-store.js';

import { noEndpoint } from './keep-endpoints.js';
import { presentDelivery } from './present-endpoint.js';

const TEST_MESSAGE = 'This is a test of your endpoint. Nothing has happened.';

/** What became of a client's events at one of its endpoints, and sending them again. */
export class ReadDeliveries {
  constructor(
    private readonly webhooks: Pick<WebhookStore, 'find'>,
    private readonly log: DeliveryLogStore,
  ) {}

  /** @throws Problem `not-found` */
  async list(clientId: string, id: string, { state, cursor, limit }: DeliveryQuery): Promise<DeliveryPage> {
    await this.endpoint(clientId, id);
    const rows = await this.log.page(id, { state, before: cursor, limit: limit + 1 });
    const items = rows.slice(0, limit).map(presentDelivery);
    return { items, next: rows.length > limit ? (items.at(-1)?.eventId ?? null) : null };
  }

  /** @throws Problem `not-found`, `conflict` for an endpoint that is disabled */
  async replay(clientId: string, id: string, eventId: string): Promise<void> {
    mustBeEnabled(await this.endpoint(clientId, id));
    if (await this.log.replay(id, eventId)) return;
    throw new Problem('not-found', 'This endpoint has no delivery of an event with this id (any more).');
  }

  /** @throws Problem `not-found`, `conflict` for an endpoint that is disabled, or tested often enough */
  async test(clientId: string, id: string): Promise<{ eventId: string }> {
    mustBeEnabled(await this.endpoint(clientId, id));
    const eventId = await this.log.test(clientId, id, TEST_MESSAGE);
    if (eventId !== undefined) return { eventId };
    // unless it was removed meanwhile
    await this.endpoint(clientId, id);
    throw new Problem('conflict', 'You have sent as many test events as a minute may have.');
  }

  private async endpoint(clientId: string, id: string): Promise<Endpoint> {
    const endpoint = await this.webhooks.find(clientId, id);
    if (endpoint === undefined) throw noEndpoint();
    return endpoint;
  }
}

function mustBeEnabled({ state }: Endpoint): void {
  if (state === 'disabled') throw new Problem('conflict', 'The endpoint is disabled: enable it first.');
}
