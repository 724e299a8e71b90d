import type { BankAnswer, BankEntryAnswer, BankList, ImportAnswer, LookupAnswer } from '#contracts/bank-answer.js';
import type { ProblemBody } from '#contracts/problems.js';
import type { BankHit, BankKind } from '#moderation/banks/bank.js';
import type { ListedHash } from '#moderation/banks/hash-list.js';

export type ListedBank = BankList['items'][number];

/** How long one answer may take: a look-up by looks reads a whole bank. */
const REQUEST_MS_MAX = 60_000;

/** Asks the console service about banks, with an admin's key. Every call throws an Error in words when it is refused. */
export class ConsoleClient {
  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

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
    return this.ask('POST', '', json({ name, kind, ...(distanceMax === undefined ? {} : { distanceMax }) }));
  }

  /** @param until RFC 3339; null: from now on it hits again */
  disableBank(bankId: string, until: string | null): Promise<BankAnswer> {
    return this.ask('PATCH', `/${bankId}`, json({ disabledUntil: until }));
  }

  /** @param until as for a bank */
  disableEntry(bankId: string, entryId: string, until: string | null): Promise<BankEntryAnswer> {
    return this.ask('POST', `/${bankId}/entries/${encodeURIComponent(entryId)}/disable`, json({ until }));
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
    return (await this.ask<LookupAnswer>('POST', `/${bankId}/lookup`, json(question))).hit;
  }

  private async ask<T>(method: string, path: string, body?: { type: string; text: string }): Promise<T> {
    const response = await this.fetched(`${this.url}/api/banks${path}`, {
      method,
      ...(body === undefined ? {} : { body: body.text }),
      headers: {
        authorization: `Bearer ${this.key}`,
        ...(body === undefined ? {} : { 'content-type': body.type }),
      },
      signal: AbortSignal.timeout(REQUEST_MS_MAX),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(refusal(response.status, text));
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  private async fetched(url: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(url, init);
    } catch (error) {
      throw new Error(`the console service does not answer at ${this.url}: start it, or name another with --url`, {
        cause: error,
      });
    }
  }
}

const json = (value: unknown): { type: string; text: string } => ({
  type: 'application/json',
  text: JSON.stringify(value),
});

/** A problem in one line, with every field that is wrong. */
function refusal(status: number, text: string): string {
  try {
    const { title, detail, errors = [] } = JSON.parse(text) as ProblemBody;
    const fields = errors.map((fault) => `${fault.pointer} ${fault.detail}`).join('; ');
    return `${title}: ${fields === '' ? detail : fields}`;
  } catch {
    return `the console service answered with ${status}`;
  }
}
