import type { ClientDetailAnswer, ClientNames, ClientPage } from '#contracts/client-answer.js';
import type { ClientNameQuery, ClientQuery } from '#contracts/client-body.js';
import { dayOf, firstIdAt } from '#moderation/limits/day.js';
import type { ClientStore } from '#persistence/client-store.js';

import { noClient, presentClient } from './present-client.js';

/** Clients, page by page and one by one. */
export class ReadClients {
  constructor(
    private readonly clients: ClientStore,
    private readonly nowMs: () => number,
  ) {}

  async list({ limit, cursor }: ClientQuery): Promise<ClientPage> {
    const rows = await this.clients.page(limit + 1, cursor);
    const page = rows.slice(0, limit);
    return { items: page.map(presentClient), next: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
  }

  /** What they are called, and nothing else. */
  async names({ limit, cursor }: ClientNameQuery): Promise<ClientNames> {
    const rows = await this.clients.names(limit + 1, cursor);
    const items = rows.slice(0, limit);
    return { items, next: rows.length > limit ? (items.at(-1)?.name ?? null) : null };
  }

  /** @throws Problem `not-found` */
  async read(id: string): Promise<ClientDetailAnswer> {
    const client = await this.clients.find({ id });
    if (client === undefined) throw noClient();
    const midnight = firstIdAt(dayOf(this.nowMs()).startMs);
    const { all: assetsToday, inferred: inferredToday } = await this.clients.countAssets(id, midnight, midnight);
    return { ...presentClient(client), assetsToday, inferredToday };
  }
}
