import type { BankEntryPage } from '#contracts/bank-answer.js';
import type { BankEntryQuery } from '#contracts/bank-query.js';
import type { BankEntryStore } from '#persistence/bank-entry-store.js';
import type { BankStore } from '#persistence/bank-store.js';

import { findBank } from './find-bank.js';
import { presentEntry } from './present-bank.js';

/** One page of what a bank knows. */
export class ListEntries {
  constructor(
    private readonly banks: BankStore,
    private readonly entries: BankEntryStore,
  ) {}

  /** @throws Problem `not-found` */
  async list(bankId: string, { cursor, limit }: BankEntryQuery): Promise<BankEntryPage> {
    await findBank(this.banks, bankId);
    const rows = await this.entries.page(bankId, limit + 1, cursor === undefined ? undefined : Number(cursor));
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      items: page.map(presentEntry),
      next: rows.length > limit && last !== undefined ? String(last.id) : null,
    };
  }
}
