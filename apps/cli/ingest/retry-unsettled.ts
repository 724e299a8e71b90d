import type { ItemOutcome } from '#moderation/sources/source.js';
import type { IngestSource } from '#persistence/source-store.js';

import { adoptAccepted } from './adopt-accepted.js';
import type { Task } from './compare-page.js';
import { patiently } from './patiently.js';
import { ItemFault, type IngestPlace } from './place.js';
import { uploadAll, type UploadParts } from './run-source.js';
import { count } from './run-tally.js';

/** Items that are looked for and tried at a time. */
const PAGE = 100;

/**
 * Tries items that became no assets again, each as it is now, without listing the place. What is gone stays as it was.
 *
 * @param outcomes which of them
 * @throws as `runSource`
 */
export async function retryUnsettled(
  source: IngestSource,
  outcomes: readonly ItemOutcome[],
  parts: UploadParts & { readonly place: IngestPlace },
): Promise<void> {
  const { items, place, stop, tally, onTrouble } = parts;
  for (let after: Buffer | undefined; ;) {
    const last: Buffer | undefined = after;
    const page = await patiently(stop, () => items.unsettled(source.id, outcomes, last, PAGE));
    const tasks: Task[] = [];
    for (const { key } of page) {
      const item = await place.find(key).catch((error: unknown) => {
        if (error instanceof ItemFault) return undefined;
        throw error;
      });
      if (item === undefined) onTrouble(key, 'not there, or not to be read');
      else tasks.push({ item, change: 'retried' });
    }
    tally.listed += page.length;
    const { left, found } = await patiently(stop, () => adoptAccepted(tasks, source, items));
    for (const item of found) count(tally, item);
    await uploadAll(left, source, parts);
    after = page.at(-1)?.key;
    if (after === undefined || stop.aborted) return;
  }
}
