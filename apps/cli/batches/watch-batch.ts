import { setTimeout as rest } from 'node:timers/promises';

import type { BulkAnswer } from '#contracts/bulk-answer.js';

import type { Progress } from '../progress-bar.js';
import type { BatchClient } from './batch-client.js';

const LOOK_MS = 1_000;

/**
 * Looks at a batch until it has ended.
 *
 * @throws Error when the service refuses or goes away; the batch goes on without us
 */
export async function watchBatch(
  client: Pick<BatchClient, 'read'>,
  id: string,
  bar: Progress,
  lookMs = LOOK_MS,
): Promise<BulkAnswer> {
  try {
    for (;;) {
      const batch = await client.read(id);
      bar.show(batch.total - batch.counts.waiting, batch.total);
      if (batch.state !== 'running') return batch;
      await rest(lookMs);
    }
  } finally {
    bar.end();
  }
}
