import { ClientStore } from '#persistence/client-store.js';
import type { openDatabase } from '#persistence/database.js';
import { InferenceCountStore } from '#persistence/inference-count-store.js';
import type { Logger } from '#telemetry/logger.js';

import { DayCounts } from './day-counts.js';
import { InferredImages } from './inferred-images.js';
import { UploadLimits } from './upload-limits.js';

/** What clients may send, and what was inferred for them. */
export interface ClientMeter {
  readonly limits: UploadLimits;
  readonly inferred: InferredImages;
}

/** @param bodyMsMax how long an upload may take to arrive */
export function openLimits(
  database: Awaited<ReturnType<typeof openDatabase>>,
  bodyMsMax: number,
  log: Pick<Logger, 'warn'>,
): ClientMeter {
  const onError = (error: unknown): void =>
    log.warn({ err: error }, 'what was inferred could not be written down; it is tried again');
  const inferred = new InferredImages(new InferenceCountStore(database), { onError, nowMs: Date.now });
  const counts = new DayCounts(new ClientStore(database), inferred, bodyMsMax);
  inferred.start();
  return { limits: new UploadLimits(counts, Date.now, () => performance.now()), inferred };
}
