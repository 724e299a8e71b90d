import type { EndpointHealthAnswer, ListedDeliveryAnswer } from '#contracts/delivery-list-answer.js';
import { Problem } from '#contracts/problems.js';
import type { DeliveryEndpointStore } from '#persistence/delivery-endpoint-store.js';
import type { DeliveryListStore, ListedDelivery } from '#persistence/delivery-list-store.js';
import type { DeliveryLogStore } from '#persistence/delivery-log-store.js';
import type { WebhookStore } from '#persistence/webhook-store.js';

import { presentDelivery, presentEndpoint } from './present-delivery.js';

interface ActStores {
  readonly log: Pick<DeliveryLogStore, 'replay'>;
  readonly deliveries: Pick<DeliveryListStore, 'find'>;
  readonly healths: Pick<DeliveryEndpointStore, 'find'>;
  readonly webhooks: Pick<WebhookStore, 'switchByAdmin'>;
}

/** What people do about deliveries that failed. */
export class ActOnDeliveries {
  constructor(private readonly stores: ActStores) {}

  /**
   * Has an event that was given up on sent again, under its id.
   *
   * @throws Problem `not-found`, `conflict` for one that was not given up on, or whose endpoint is disabled
   */
  async sendAgain(endpointId: string, eventId: string): Promise<ListedDeliveryAnswer> {
    const { state, endpointState } = await this.found(endpointId, eventId);
    if (endpointState === 'disabled') throw new Problem('conflict', 'The endpoint is disabled: enable it first.');
    if (state !== 'failed') throw new Problem('conflict', 'It was not given up on, or is sent again already.');
    await this.stores.log.replay(endpointId, eventId);
    return presentDelivery(await this.found(endpointId, eventId));
  }

  /**
   * Enables an endpoint that the service or an admin has disabled: what waited is sent.
   *
   * @throws Problem `not-found`, `conflict` for one that is enabled, or that its client has disabled
   */
  async enable(endpointId: string): Promise<EndpointHealthAnswer> {
    const before = await this.stores.healths.find(endpointId);
    if (before === undefined) throw noEndpoint();
    if (before.state === 'enabled') throw new Problem('conflict', 'The endpoint is enabled already.');
    if (before.disabledWhy === 'by_client') {
      throw new Problem('conflict', 'Its client has disabled the endpoint: only the client enables it again.');
    }
    await this.stores.webhooks.switchByAdmin(endpointId, 'enabled');
    const after = await this.stores.healths.find(endpointId);
    if (after === undefined) throw noEndpoint();
    return presentEndpoint(after);
  }

  private async found(endpointId: string, eventId: string): Promise<ListedDelivery> {
    const delivery = await this.stores.deliveries.find(endpointId, eventId);
    if (delivery !== undefined) return delivery;
    throw new Problem('not-found', 'This endpoint has no delivery of an event with this id (any more).');
  }
}

const noEndpoint = (): Problem => new Problem('not-found', 'There is no endpoint with this id.');
