import type { KeyPage } from '#contracts/client-answer.js';
import type { KeyQuery } from '#contracts/key-body.js';
import type { KeyStore } from '#persistence/key-store.js';

import { presentKey } from './present-client.js';

/** Keys, page by page. */
export class ReadKeys {
  constructor(private readonly keys: Pick<KeyStore, 'page'>) {}

  async list({ limit, cursor, clientId }: KeyQuery): Promise<KeyPage> {
    const rows = await this.keys.page({ clientId, after: cursor, limit: limit + 1 });
    const page = rows.slice(0, limit);
    return { items: page.map(presentKey), next: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
  }
}
