import type { ClientAnswer } from '#contracts/client-answer.js';
import type { ClientChangeBody } from '#contracts/client-body.js';
import type { ClientStore } from '#persistence/client-store.js';

import { noClient, presentClient } from './present-client.js';

/** Changes how much a client may send, and how long it is kept. */
export class ChangeClient {
  constructor(private readonly clients: Pick<ClientStore, 'change'>) {}

  /** @throws Problem `not-found` */
  async change(id: string, body: ClientChangeBody): Promise<ClientAnswer> {
    const client = await this.clients.change(id, body);
    if (client === undefined) throw noClient();
    return presentClient(client);
  }
}
