import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { SourceItemStore } from '#persistence/source-item-store.js';

import { keyText } from './key-text.js';

const PAGE = 1_000;

/**
 * Writes every item of a source that is no asset to a file, one JSON object a line.
 *
 * @returns how many
 * @throws Error when the file cannot be written
 */
export async function writeFailures(
  file: string,
  sourceId: string,
  items: Pick<SourceItemStore, 'unsettled'>,
): Promise<number> {
  let written = 0;
  async function* lines(): AsyncGenerator<string> {
    for (let after: Buffer | undefined; ;) {
      const page = await items.unsettled(sourceId, ['refused', 'failed'], after, PAGE);
      for (const { key, ...rest } of page) yield `${JSON.stringify({ key: keyText(key), ...rest })}\n`;
      written += page.length;
      after = page.at(-1)?.key;
      if (after === undefined) return;
    }
  }
  await pipeline(Readable.from(lines()), createWriteStream(file));
  return written;
}
