import { readPlace, writePlace, type DeliveryListQuery, type EndpointListQuery } from '#contracts/delivery-list.js';
import type { DeliveryListPage, EndpointHealthPage } from '#contracts/delivery-list-answer.js';
import type { DeliveryEndpointStore } from '#persistence/delivery-endpoint-store.js';
import type { DeliveryListStore } from '#persistence/delivery-list-store.js';

import { presentDelivery, presentEndpoint } from './present-delivery.js';

/** Endpoints of all clients, and what is delivered to them, page by page. */
export class ListDeliveries {
  constructor(
    private readonly deliveries: Pick<DeliveryListStore, 'page'>,
    private readonly healths: Pick<DeliveryEndpointStore, 'page'>,
  ) {}

  async list({ state, client, endpoint, cursor, limit }: DeliveryListQuery): Promise<DeliveryListPage> {
    const after = cursor === undefined ? undefined : readPlace(cursor);
    const rows = await this.deliveries.page({ state, client, endpoint, after, limit: limit + 1 });
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      items: page.map(presentDelivery),
      next: rows.length > limit && last !== undefined ? writePlace(last) : null,
    };
  }

  async endpoints({ state, client, cursor, limit }: EndpointListQuery): Promise<EndpointHealthPage> {
    const rows = await this.healths.page({ state, client, before: cursor, limit: limit + 1 });
    const page = rows.slice(0, limit);
    return { items: page.map(presentEndpoint), next: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
  }
}
