import { uuidv7 } from 'uuidv7';

import { Problem } from '#contracts/problems.js';
import { dayOf, firstIdAt, type Day } from '#moderation/limits/day.js';
import type { BulkStore } from '#persistence/bulk-store.js';
import type { DayQuota } from '#persistence/day-quota.js';
import { StorageLate } from '#storage/errors.js';

import { RunningKeys } from '../assets/running-keys.js';
import { ClientSlots } from '../client-slots.js';
import type { Archives } from './archives.js';
import type { ArchiveLimits } from './packed-images.js';
import { receiveBatch } from './receive-batch.js';

export interface SubmitBatchParts {
  readonly store: Pick<BulkStore, 'create' | 'left' | 'findByKey' | 'countRunning'>;
  readonly archives: Archives;
  readonly limits: ArchiveLimits;
  /** There is something to work on. */
  readonly wake: () => void;
}

export interface SubmittedBatch {
  readonly id: string;
  readonly replayed: boolean;
}

/** Bodies of gigabytes that arrive at the same time: each writes to the disk that uploads are written to. */
const ARRIVING_MAX = 8;
/** Of one client, not yet worked off. */
const RUNNING_MAX = 10;
const RETRY_MS = 10_000;

/** Many images in; their work begins in the background. */
export class SubmitBatch {
  private readonly running = new RunningKeys();
  private readonly arriving = new ClientSlots({
    ofAll: ARRIVING_MAX,
    ofClient: ARRIVING_MAX / 4,
    refusal: () => overloaded('Too many batches are arriving at once.'),
  });

  constructor(private readonly parts: SubmitBatchParts) {}

  /**
   * @param assetsPerDay of which all its images are taken at once, and given back as far as they do not become assets
   * @throws Problem for everything the client can mend; StorageLate, and nothing is stored; DatabaseLate when it is unknown
   *   whether it was
   */
  submit(
    clientId: string,
    key: string | undefined,
    contentType: string,
    body: AsyncIterable<Uint8Array>,
    assetsPerDay: number | null = null,
  ): Promise<SubmittedBatch> {
    const receive = (): Promise<SubmittedBatch> => this.receive(clientId, key, contentType, body, assetsPerDay);
    return this.running.hold(clientId, key, () => this.arriving.hold(clientId, receive));
  }

  /** Whether a request with this key was accepted, or is under way here: to repeat it stores nothing. @throws DatabaseLate */
  async knows(clientId: string, key: string): Promise<boolean> {
    if (this.running.has(clientId, key)) return true;
    return (await this.parts.store.findByKey(clientId, key)) !== undefined;
  }

  private async receive(
    clientId: string,
    key: string | undefined,
    contentType: string,
    body: AsyncIterable<Uint8Array>,
    assetsPerDay: number | null,
  ): Promise<SubmittedBatch> {
    const { store, archives, limits, wake } = this.parts;
    const isKnown = key !== undefined && (await store.findByKey(clientId, key)) !== undefined;
    if (!isKnown && (await store.countRunning(clientId)) >= RUNNING_MAX) {
      throw overloaded(`You have ${RUNNING_MAX} batches under way; send more when one is done.`);
    }
    const id = uuidv7();
    const received = await receiveBatch(contentType, body, id, archives.files, limits);
    const earlier = await this.earlier(clientId, key, received.fingerprint, id);
    if (earlier !== undefined) return earlier;
    const shared = received.kind === 'archive' && archives.areShared;
    if (shared) await this.keep(id, clientId, received.items.length, assetsPerDay);
    // an archive whose commit is unknown stays: the row may be there. It is removed with those that have none
    const { day, quota } = quotaOf(assetsPerDay);
    const created = await store.create({ id, clientId, key, shared, ...received }, quota);
    if (created === 'created') {
      wake();
      return { id, replayed: false };
    }
    // where the bucket is away now it goes with those that have no row
    await archives.remove(id).catch(ignoreLate);
    const first = await this.earlier(clientId, key, received.fingerprint, id);
    if (first !== undefined) return first;
    if (created === 'key_taken') throw new Error('the key is taken and its submission is not there');
    throw overQuota(received.items.length, created.left, day);
  }

  /** Takes an archive to where it waits, unless its client's day is used up: a bucket is paid for. */
  private async keep(id: string, clientId: string, items: number, assetsPerDay: number | null): Promise<void> {
    const { store, archives } = this.parts;
    const { day, quota } = quotaOf(assetsPerDay);
    try {
      const left = quota === undefined ? Infinity : await store.left(clientId, quota);
      if (left < items) throw overQuota(items, left, day);
    } catch (error) {
      await archives.files.remove(id);
      throw error;
    }
    await archives.keep(id);
  }

  /**
   * The submission that has this key already; the archive that came again is removed here.
   */
  private async earlier(
    clientId: string,
    key: string | undefined,
    fingerprint: Buffer,
    id: string,
  ): Promise<SubmittedBatch | undefined> {
    if (key === undefined) return undefined;
    const known = await this.parts.store.findByKey(clientId, key);
    if (known === undefined) return undefined;
    await this.parts.archives.files.remove(id);
    if (known.fingerprint.equals(fingerprint)) return { id: known.id, replayed: true };
    throw new Problem('key-reused', 'This idempotency key was used for another batch; use a new one.');
  }
}

/** Of the day that it is now: an archive may take past midnight to arrive, and again to where it waits. */
function quotaOf(assets: number | null): { readonly day: Day; readonly quota: DayQuota | undefined } {
  const day = dayOf(Date.now());
  return { day, quota: assets === null ? undefined : { assets, from: firstIdAt(day.startMs) } };
}

function ignoreLate(error: unknown): void {
  if (!(error instanceof StorageLate)) throw error;
}

const overQuota = (items: number, left: number, { endMs }: Day): Problem =>
  new Problem(
    'quota-exceeded',
    `The batch has ${items} images, and you may send ${left} more today. Nothing was stored: send fewer, or come again.`,
    { retryAfterMs: Math.max(1, endMs - Date.now()) },
  );

const overloaded = (detail: string): Problem =>
  new Problem('overloaded', `${detail} Nothing was stored.`, { retryAfterMs: RETRY_MS });
