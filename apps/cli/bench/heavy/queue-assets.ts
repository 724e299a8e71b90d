import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { uuidv7 } from 'uuidv7';

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

/** Long enough that the sweeper rings for nothing that is still queued. */
const DUE_MS = 600_000;
const AT_ONCE = 8;

/** Accepts assets as the upload service does, but for the look: allowed, with an outbox row that rings the bell. */
export async function queueAssets(
  { home, database }: PrivateInstallation,
  files: readonly Buffer[],
): Promise<QueuedAssets> {
  const store = new SubmissionStore(database);
  const policy = await new PolicyStore(database).live();
  const clientId = await new AccessStore(database).ensureClient('bench');
  const storage = new AssetFiles(join(home, 'assets'));
  const assets = files.map((file) => ({ id: uuidv7(), file }));
  for (const { id, file } of assets) await storage.write(id, Readable.from([file]), file.length);

  const fromMs = Date.now();
  const waiting = [...assets];
  const acceptor = async (): Promise<void> => {
    for (let asset = waiting.shift(); asset !== undefined; asset = waiting.shift()) {
      const { id, file } = asset;
      await store.accept({ ...ACCEPTED, ...facts(id, file), clientId, policyVersion: policy.version });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, acceptor));
  return { ids: assets.map(({ id }) => id), fromMs };
}

const ACCEPTED = {
  externalId: null,
  uploaderId: null,
  trafficClass: 'normal',
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

function facts(assetId: string, file: Buffer) {
  const nowMs = Date.now();
  return {
    assetId,
    sha256: createHash('sha256').update(file).digest('hex'),
    bytes: file.length,
    receivedAtMs: nowMs,
    decidedAtMs: nowMs,
    finalByMs: nowMs + DUE_MS,
    dueAtMs: nowMs + DUE_MS,
  };
}
