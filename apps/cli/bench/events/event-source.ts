import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { uuidv7 } from 'uuidv7';

import { AccessStore } from '#persistence/access-store.js';
import { FinalStore, type HeavyResult } from '#persistence/final-store.js';
import { PendingFinalStore } from '#persistence/pending-final-store.js';
import { PolicyStore } from '#persistence/policy-store.js';
import { SubmissionStore } from '#persistence/submission-store.js';
import { WebhookStore } from '#persistence/webhook-store.js';

import { ACCEPTED, times } from '../heavy/queue-assets.js';
import type { PrivateInstallation } from '../private-installation.js';

/** Assets that wait for their finals under a lease of ours, so that no service labels them. */
export interface WaitingAssets {
  readonly token: string;
  readonly policyVersion: number;
  /** In turn one of each client. */
  readonly ids: readonly string[];
}

/** A final that was written, and with it an event. Epoch milliseconds. */
export interface Decided {
  /** As the event tells it. */
  readonly decidedAtMs: number;
  /** When the commit was known. */
  readonly committedMs: number;
}

const DAY_MS = 86_400_000;
const AT_ONCE = 8;
const LEASED_AT_ONCE = 1_000;
/** How often finals are written; as many of them at once as have come up meanwhile. */
const TICK_MS = 100;
const SHA256 = 'ab'.repeat(32);
const TERMS = { trafficClass: 'normal', finalInMs: DAY_MS, dueInMs: DAY_MS } as const;

/** Makes clients with an endpoint each. @returns the clients' ids */
export async function addEndpoints(
  { database }: PrivateInstallation,
  count: number,
  urlOf: (endpoint: number) => string,
): Promise<string[]> {
  const [access, webhooks] = [new AccessStore(database), new WebhookStore(database)];
  const clients: string[] = [];
  for (let endpoint = 0; endpoint < count; endpoint += 1) {
    const clientId = await access.ensureClient(`bench ${endpoint}`);
    const secret = `whsec_${randomBytes(32).toString('base64')}`;
    await webhooks.create({ id: uuidv7(), clientId, url: urlOf(endpoint), types: [], secret }, 1);
    clients.push(clientId);
  }
  return clients;
}

/** Accepts assets, of each client in turn, and takes them before any service sees them. */
export async function addWaiting(
  { database }: PrivateInstallation,
  clients: readonly string[],
  count: number,
  onProgress: (done: number) => void,
): Promise<WaitingAssets> {
  const [submissions, pending] = [new SubmissionStore(database), new PendingFinalStore(database)];
  const { version: policyVersion } = await new PolicyStore(database).live();
  const ids: string[] = [];
  const acceptor = async (): Promise<void> => {
    while (ids.length < count) {
      const clientId = clients[ids.length % clients.length];
      if (clientId === undefined) throw new Error('there are no clients');
      const assetId = uuidv7();
      onProgress(ids.push(assetId));
      const asset = { assetId, clientId, policyVersion, sha256: SHA256, bytes: 1_000 };
      await submissions.accept({ ...ACCEPTED, ...asset, ...times(Date.now(), TERMS) });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, acceptor));
  const token = randomUUID();
  for (let from = 0; from < count; from += LEASED_AT_ONCE) {
    await pending.lease(ids.slice(from, from + LEASED_AT_ONCE), token, DAY_MS);
  }
  // nobody is to hear of them
  await database.query('DELETE FROM outbox');
  return { token, policyVersion, ids };
}

/**
 * Writes finals at a steady rate, whatever becomes of their events: what a tick could not do in time the next one does,
 * too.
 */
export async function decideSteadily(
  { database }: PrivateInstallation,
  { token, policyVersion, ids }: WaitingAssets,
  rate: number,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (done: number) => void },
): Promise<ReadonlyMap<string, Decided>> {
  const finals = new FinalStore(database);
  const decided = new Map<string, Decided>();
  const beganMs = performance.now();
  while (decided.size < ids.length) {
    await delay(TICK_MS, undefined, { signal });
    const due = Math.min(ids.length, Math.floor(((performance.now() - beganMs) / 1_000) * rate));
    const now = ids.slice(decided.size, due);
    const decidedAtMs = Date.now();
    const settled = await finals.settle(
      token,
      now.map((assetId) => confirmed(assetId, policyVersion)),
      decidedAtMs,
    );
    if (settled.length !== now.length) throw new Error('finals were not written: somebody else has the assets');
    const committedMs = Date.now();
    for (const assetId of now) decided.set(assetId, { decidedAtMs, committedMs });
    onProgress(decided.size);
  }
  return decided;
}

const confirmed = (assetId: string, policyVersion: number): HeavyResult => ({
  assetId,
  policyVersion,
  judgement: { verdict: 'allow', band: 'clear', source: 'heavy', reasons: [] },
  classification: null,
  margin: 0,
  dead: null,
});
