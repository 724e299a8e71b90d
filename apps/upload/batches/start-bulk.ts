import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import type { Provider } from '@nestjs/common';

import { BulkReportStore } from '#persistence/bulk-report-store.js';
import { BulkStore } from '#persistence/bulk-store.js';
import { BulkWorkStore } from '#persistence/bulk-work-store.js';
import type { openDatabase } from '#persistence/database.js';
import type { Settings } from '#settings/settings.js';
import { openBucket } from '#storage/open-bucket.js';
import type { Logger } from '#telemetry/logger.js';

import type { SubmitAsset } from '../assets/submit-asset.js';
import type { FastTier } from '../fast-tier/fast-tier.js';
import type { ImageFetching } from '../fetching/fetch-image.js';
import { ArchiveFiles } from './archive-files.js';
import { Archives } from './archives.js';
import { BatchReader } from './batch-reader.js';
import { BulkWorker } from './bulk-worker.js';
import { SHARED_BYTES_MAX, SharedArchives } from './shared-archives.js';
import { Sleeper } from './sleeper.js';
import { SubmitBatch } from './submit-batch.js';
import { tidyBulk } from './tidy-bulk.js';
import { workItem } from './work-item.js';

export interface BulkParts {
  readonly settings: Settings;
  readonly log: Logger;
  readonly submitAsset: SubmitAsset;
  readonly tier: FastTier;
  readonly fetching: ImageFetching;
}

export interface RunningBulk {
  readonly providers: readonly Provider[];
  /** Resolves when what is in hand has ended; no more is begun. */
  stop(): Promise<void>;
}

const ITEMS_MAX = 10_000;
const TIDY_MS = 60_000;
const DAY_MS = 86_400_000;
/** From an archive's last byte to the row that names it. */
const STORED_WITHIN_MS = 600_000;

/** Takes in bulk submissions and works them off, until it is stopped. */
export async function startBulk(
  database: Awaited<ReturnType<typeof openDatabase>>,
  parts: BulkParts,
): Promise<RunningBulk> {
  const { settings, log, submitAsset, tier, fetching } = parts;
  const { bytesMax, bodyMsMax, keptDays } = settings.bulk;
  const bucket = await openBucket(settings.storage);
  const shared = bucket === undefined ? undefined : new SharedArchives(bucket, settings.storage.prefix, bodyMsMax);
  const archives = new Archives(new ArchiveFiles(join(settings.home, 'bulk')), shared);
  const store = new BulkStore(database);
  const ending = new AbortController();
  const [atWork, tidying] = [new Sleeper(), new Sleeper()];
  const { signal } = ending;
  const origins = { fetching: { ...fetching, web: { ...fetching.web, signal } }, archives };
  const worker = new BulkWorker({
    store: new BulkWorkStore(database),
    archives,
    tier,
    work: (item) => workItem(item, { ...origins, submitAsset, log, signal }),
    sleeper: atWork,
    log,
    token: randomUUID(),
  });
  const working = worker.run(signal);
  const tidy = async (): Promise<void> => {
    const options = { store, archives, arrivingMs: bodyMsMax + STORED_WITHIN_MS, keptMs: keptDays * DAY_MS };
    while (!signal.aborted) {
      await tidyBulk({ ...options, nowMs: Date.now }).catch((error: unknown) => {
        log.warn({ err: error }, 'bulk submissions could not be tidied up; it is tried again');
      });
      await tidying.rest(TIDY_MS);
    }
  };
  const tidied = tidy();
  const limits = {
    bytesMax: shared === undefined ? bytesMax : Math.min(bytesMax, SHARED_BYTES_MAX),
    itemsMax: ITEMS_MAX,
  };
  const submitBatch = new SubmitBatch({ store, archives, limits, wake: () => atWork.wake() });
  return {
    providers: [
      { provide: SubmitBatch, useValue: submitBatch },
      { provide: BulkStore, useValue: store },
      { provide: BatchReader, useValue: new BatchReader(new BulkReportStore(database), bodyMsMax) },
    ],
    stop: async () => {
      ending.abort();
      for (const sleeper of [atWork, tidying]) sleeper.end();
      await Promise.all([working, tidied]);
      bucket?.close();
    },
  };
}
