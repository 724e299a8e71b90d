import { join } from 'node:path';
import { Readable } from 'node:stream';

import { uuidv7 } from 'uuidv7';

import type { TrafficClass } from '#moderation/words.js';
import { AccessStore } from '#persistence/access-store.js';
import { PolicyStore } from '#persistence/policy-store.js';
import { SubmissionStore } from '#persistence/submission-store.js';
import { AssetFiles } from '#storage/asset-files.js';

import type { PrivateInstallation } from '../private-installation.js';

/** Assets that were accepted and lack a final. */
export interface QueuedAssets {
  readonly ids: readonly string[];
  /** Before the first of them was accepted, epoch milliseconds. */
  readonly fromMs: number;
}

interface StoredAsset {
  readonly assetId: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** As what assets are handed in. */
export interface QueueTerms {
  readonly trafficClass: TrafficClass;
  /** From its acceptance until an asset's final is due. */
  readonly finalInMs: number;
  /** From its acceptance until services of older releases may ring for it. */
  readonly dueInMs: number;
}

/** Long enough for all that is measured. */
const DUE_MS = 600_000;
const NORMAL: QueueTerms = { trafficClass: 'normal', finalInMs: DUE_MS, dueInMs: DUE_MS };
const AT_ONCE = 8;

/**
 * Accepts assets as the upload service does, but for the look: allowed, with an outbox row that rings the bell. The files
 * are on the disk before the first asset is accepted.
 */
export async function queueAssets(
  { home, database }: PrivateInstallation,
  count: number,
  nextFile: () => Buffer,
  terms: QueueTerms = NORMAL,
): Promise<QueuedAssets> {
  const store = new SubmissionStore(database);
  const policy = await new PolicyStore(database).live();
  const clientId = await new AccessStore(database).ensureClient('bench');
  const storage = new AssetFiles(join(home, 'assets'));
  const assets: StoredAsset[] = [];
  let begun = 0;
  const writer = async (): Promise<void> => {
    while (begun < count) {
      begun += 1;
      const [assetId, file] = [uuidv7(), nextFile()];
      const { sha256, bytes, settled } = await storage.write(assetId, Readable.from([file]), file.length);
      await settled; // ten thousand open files are too many
      assets.push({ assetId, sha256: sha256.toString('hex'), bytes });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, writer));
  const ids = assets.map(({ assetId }) => assetId);
  const fromMs = Date.now();
  const acceptor = async (): Promise<void> => {
    for (let asset = assets.pop(); asset !== undefined; asset = assets.pop()) {
      await store.accept({
        ...ACCEPTED,
        ...asset,
        ...times(Date.now(), terms),
        clientId,
        policyVersion: policy.version,
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, acceptor));
  return { ids, fromMs };
}

/** Of a submission that the fast tier let through without a look. */
export const ACCEPTED = {
  externalId: null,
  uploaderId: null,
  metadata: null,
  mediaType: 'image/jpeg',
  width: null,
  height: null,
  frames: 1,
  degraded: [],
  judgement: { verdict: 'allow', band: 'clear', source: 'fast', reasons: [] },
  classification: null,
  idempotency: null,
} as const;

/** Times of a submission that comes now. */
export const times = (nowMs: number, { trafficClass, finalInMs, dueInMs }: QueueTerms) => ({
  trafficClass,
  receivedAtMs: nowMs,
  decidedAtMs: nowMs,
  finalByMs: nowMs + finalInMs,
  dueAtMs: nowMs + dueInMs,
});
