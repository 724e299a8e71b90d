import { ClientStore } from '#persistence/client-store.js';
import type { openDatabase } from '#persistence/database.js';

import { DayCounts } from './day-counts.js';
import { UploadLimits } from './upload-limits.js';

/** @param bodyMsMax how long an upload may take to arrive */
export const openLimits = (database: Awaited<ReturnType<typeof openDatabase>>, bodyMsMax: number): UploadLimits =>
  new UploadLimits(new DayCounts(new ClientStore(database), bodyMsMax), Date.now, () => performance.now());
