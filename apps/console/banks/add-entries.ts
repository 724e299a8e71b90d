import type { AddedAnswer, ImportAnswer } from '#contracts/bank-answer.js';
import type { BankEntryBody } from '#contracts/bank-hashes.js';
import { readHashList } from '#moderation/banks/hash-list.js';
import type { BankEntryStore, NewBankEntry } from '#persistence/bank-entry-store.js';
import type { BankStore } from '#persistence/bank-store.js';

import { findBank } from './find-bank.js';

/** Enough to see what is wrong with a list. */
const FAULTS_LISTED_MAX = 100;

/** Tells a bank of pictures. What it knows already it is told again without harm. */
export class AddEntries {
  constructor(
    private readonly banks: BankStore,
    private readonly entries: BankEntryStore,
  ) {}

  /** @throws Problem `not-found` */
  add(bankId: string, pictures: readonly BankEntryBody[], by: string): Promise<AddedAnswer> {
    return this.store(
      bankId,
      pictures.map(({ sha256, pdq, quality, note }) => ({
        sha256: sha256?.toLowerCase() ?? null,
        pdq: typeof pdq === 'string' ? { pdq: pdq.toLowerCase(), quality } : null,
        note: note ?? null,
      })),
      by,
    );
  }

  /** Adds the hashes of a text file, and names the lines that are none. @throws Problem `not-found` */
  async import(bankId: string, text: string, note: string | null, by: string): Promise<ImportAnswer> {
    const { hashes, faults } = readHashList(text);
    const counts = await this.store(
      bankId,
      hashes.map(({ sha256, pdq }) => ({ sha256, pdq, note })),
      by,
    );
    return { ...counts, faultCount: faults.length, faults: faults.slice(0, FAULTS_LISTED_MAX) };
  }

  private async store(bankId: string, entries: readonly NewBankEntry[], by: string): Promise<AddedAnswer> {
    await findBank(this.banks, bankId);
    const added = await this.entries.add(bankId, entries, by);
    return { added, known: entries.length - added };
  }
}
