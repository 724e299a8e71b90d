import type { BulkStore } from '#persistence/bulk-store.js';

import type { ArchiveFiles } from './archive-files.js';

export interface TidyOptions {
  readonly store: Pick<BulkStore, 'stillRunning' | 'forget'>;
  readonly archives: ArchiveFiles;
  /** An archive that was written to within this may still be arriving. */
  readonly arrivingMs: number;
  /** How long what became of a submission can be read. */
  readonly keptMs: number;
  readonly nowMs: () => number;
}

const FORGOTTEN_AT_ONCE = 20;

/** Removes archives that nobody works on any more, and submissions that ended long ago. */
export async function tidyBulk({ store, archives, arrivingMs, keptMs, nowMs }: TidyOptions): Promise<void> {
  const ids = await archives.ids();
  const running = new Set(ids.length === 0 ? [] : await store.stillRunning(ids));
  for (const id of ids.filter((one) => !running.has(one))) {
    const writtenAtMs = await archives.writtenAtMs(id);
    if (writtenAtMs !== undefined && writtenAtMs < nowMs() - arrivingMs) await archives.remove(id);
  }
  await store.forget(keptMs, FORGOTTEN_AT_ONCE);
}
