import type { BulkStore } from '#persistence/bulk-store.js';

import type { Archives } from './archives.js';

export interface TidyOptions {
  readonly store: Pick<BulkStore, 'stillRunning' | 'forget'>;
  readonly archives: Pick<Archives, 'list' | 'remove'>;
  /** An archive that was written to within this may still be arriving. */
  readonly arrivingMs: number;
  /** How long what became of a submission can be read. */
  readonly keptMs: number;
  readonly nowMs: () => number;
}

const FORGOTTEN_AT_ONCE = 20;

/** Removes archives that nobody works on any more, and submissions that ended long ago. */
export async function tidyBulk({ store, archives, arrivingMs, keptMs, nowMs }: TidyOptions): Promise<void> {
  const old = (await archives.list())
    .filter(({ writtenAtMs }) => writtenAtMs < nowMs() - arrivingMs)
    .map(({ id }) => id);
  const running = new Set(old.length === 0 ? [] : await store.stillRunning(old));
  for (const id of old.filter((one) => !running.has(one))) await archives.remove(id);
  await store.forget(keptMs, FORGOTTEN_AT_ONCE);
}
