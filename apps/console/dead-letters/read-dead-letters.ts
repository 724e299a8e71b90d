import type { DeadLetterQuery } from '#contracts/dead-letter.js';
import type { DeadLetterDetailAnswer, DeadLetterPage } from '#contracts/dead-letter-answer.js';
import { Problem } from '#contracts/problems.js';
import type { DeadLetterStore } from '#persistence/dead-letter-store.js';
import type { AssetBytes } from '#storage/asset-bytes.js';

import { presentDeadLetter, presentDetail } from './present-dead-letter.js';

/** What the heavy tier gave up on, page by page and one by one. */
export class ReadDeadLetters {
  constructor(
    private readonly deadLetters: DeadLetterStore,
    private readonly bytes: Pick<AssetBytes, 'presence'>,
  ) {}

  /** One page. */
  async list({ state, reason, since, cursor, limit }: DeadLetterQuery): Promise<DeadLetterPage> {
    const after = cursor === undefined ? undefined : Number(cursor);
    const rows = await this.deadLetters.page({ state, reason, since, after, limit: limit + 1 });
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      items: page.map(presentDeadLetter),
      next: rows.length > limit && last !== undefined ? String(last.id) : null,
    };
  }

  /** @throws Problem `not-found` */
  async find(id: number): Promise<DeadLetterDetailAnswer> {
    const letter = await this.deadLetters.find(id);
    if (letter === undefined) throw noDeadLetter();
    return presentDetail(letter, await this.bytes.presence(letter.assetId));
  }
}

export const noDeadLetter = (): Problem => new Problem('not-found', 'There is no dead letter with this id.');
