import type { BankAnswer, BankEntryAnswer, BankList, ImportAnswer, LookupAnswer } from '#contracts/bank-answer.js';
import type { BankHit, BankKind } from '#moderation/banks/bank.js';
import type { ListedHash } from '#moderation/banks/hash-list.js';

import { jsonBody, type ConsoleConnection, type SentBody } from '../console-connection.js';

export type ListedBank = BankList['items'][number];

/** Asks the console service about banks, with an admin's key. Every call throws an Error in words when it is refused. */
export class ConsoleClient {
  constructor(private readonly connection: ConsoleConnection) {}

  async banks(): Promise<readonly ListedBank[]> {
    return (await this.ask<BankList>('GET', '')).items;
  }

  /** @throws Error naming the banks there are, when none is called so */
  async bankCalled(name: string): Promise<ListedBank> {
    const banks = await this.banks();
    const bank = banks.find((one) => one.name === name);
    if (bank === undefined) {
      throw new Error(`there is no bank called ${name}; there are ${banks.map((one) => one.name).join(', ')}`);
    }
    return bank;
  }

  create(name: string, kind: BankKind, distanceMax: number | null | undefined): Promise<BankAnswer> {
    return this.ask('POST', '', jsonBody({ name, kind, ...(distanceMax === undefined ? {} : { distanceMax }) }));
  }

  /** @param until RFC 3339; null: from now on it hits again */
  disableBank(bankId: string, until: string | null): Promise<BankAnswer> {
    return this.ask('PATCH', `/${bankId}`, jsonBody({ disabledUntil: until }));
  }

  /** @param until as for a bank */
  disableEntry(bankId: string, entryId: string, until: string | null): Promise<BankEntryAnswer> {
    return this.ask('POST', `/${bankId}/entries/${encodeURIComponent(entryId)}/disable`, jsonBody({ until }));
  }

  async removeEntry(bankId: string, entryId: string): Promise<void> {
    await this.ask('DELETE', `/${bankId}/entries/${encodeURIComponent(entryId)}`);
  }

  /** @param text one hash a line, up to a quarter of a megabyte */
  import(bankId: string, text: string, note: string | undefined): Promise<ImportAnswer> {
    const query = note === undefined ? '' : `?note=${encodeURIComponent(note)}`;
    return this.ask('POST', `/${bankId}/import${query}`, { type: 'text/plain', text });
  }

  async lookUp(bankId: string, { sha256, pdq }: ListedHash): Promise<BankHit | null> {
    const question = sha256 === null ? pdq : { sha256 };
    return (await this.ask<LookupAnswer>('POST', `/${bankId}/lookup`, jsonBody(question))).hit;
  }

  private ask<T>(method: string, path: string, body?: SentBody): Promise<T> {
    return this.connection.ask(method, `/api/banks${path}`, body);
  }
}
