import type { ClientAnswer } from '#contracts/client-answer.js';
import type { ClientBody } from '#contracts/client-body.js';
import { Problem } from '#contracts/problems.js';
import type { ClientStore } from '#persistence/client-store.js';

import { presentClient } from './present-client.js';

/** Makes a client. */
export class CreateClient {
  constructor(private readonly clients: Pick<ClientStore, 'create'>) {}

  /** @throws Problem `conflict` when the name is taken */
  async create(body: ClientBody): Promise<ClientAnswer> {
    const { name, uploadsPerMinute = null, assetsPerDay = null, retentionDays = null } = body;
    const client = await this.clients.create(name, { uploadsPerMinute, assetsPerDay, retentionDays });
    if (client === undefined) throw new Problem('conflict', `There is a client called ${name} already.`);
    return presentClient(client);
  }
}
