import type { KeyAnswer } from '#contracts/client-answer.js';
import type { KeyStore } from '#persistence/key-store.js';

import { noKey, presentKey } from './present-client.js';

/** Ends a key for good. */
export class RevokeKey {
  constructor(private readonly keys: Pick<KeyStore, 'revoke'>) {}

  /** Twice is once. @throws Problem `not-found` */
  async revoke(id: string): Promise<KeyAnswer> {
    const key = await this.keys.revoke(id);
    if (key === undefined) throw noKey();
    return presentKey(key);
  }
}
