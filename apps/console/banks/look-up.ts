import type { PictureHashes } from '#contracts/bank-hashes.js';
import type { BankHit } from '#moderation/banks/bank.js';
import type { BankEntryStore } from '#persistence/bank-entry-store.js';
import type { BankStore } from '#persistence/bank-store.js';

import { findBank } from './find-bank.js';

/** Asks one bank what it would say of a picture, as the database is now. */
export class LookUp {
  constructor(
    private readonly banks: BankStore,
    private readonly entries: BankEntryStore,
    private readonly nowMs: () => number,
  ) {}

  /** @returns undefined for what it does not know, and from a bank that is disabled. @throws Problem `not-found` */
  async lookUp(bankId: string, { sha256, pdq }: PictureHashes): Promise<BankHit | undefined> {
    const { name: bank, kind, distanceMax, disabledUntil } = await findBank(this.banks, bankId);
    const nowMs = this.nowMs();
    if (disabledUntil !== null && disabledUntil.getTime() > nowMs) return undefined;
    if (typeof sha256 === 'string') {
      const entryId = await this.entries.exact(bankId, sha256, nowMs);
      if (entryId !== undefined) return { bank, kind, entryId, match: 'exact', distance: 0 };
    }
    if (typeof pdq !== 'string' || distanceMax === null) return undefined;
    const near = await this.entries.nearest(bankId, pdq, distanceMax, nowMs);
    return near && { bank, kind, entryId: near.id, match: 'perceptual', distance: near.distance };
  }
}
