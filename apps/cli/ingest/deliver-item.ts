import { OperationalError } from '#contracts/errors.js';
import { retryDelayMs } from '#moderation/capacity/retry-delay.js';
import type { FailReason } from '#moderation/sources/source.js';
import type { HandledItem } from '#persistence/source-item-store.js';

import type { ItemSender, Sent } from './item-sender.js';
import { patiently } from './patiently.js';
import { ItemFault, type IngestPlace, type ListedItem } from './place.js';
import { restUntil } from './rest-until.js';

export interface DeliverParts {
  readonly place: Pick<IngestPlace, 'open'>;
  readonly sender: Pick<ItemSender, 'send' | 'isThere'>;
  /** Ends waits: the item is then left for the next run. */
  readonly stop: AbortSignal;
  readonly wait?: typeof restUntil;
}

/** What became of an item. */
export type Delivered = Pick<HandledItem, 'outcome' | 'assetId' | 'verdict' | 'reason' | 'detail'>;

/** What came of one attempt: an end, or a reason to try again. */
type Attempt = { readonly end: Delivered } | { readonly again: Again };
interface Again {
  readonly reason: FailReason;
  readonly detail: string;
  readonly askedMs: number;
}

/** With the waits between them two minutes at most, beside what the service asks for. */
const ATTEMPTS_MAX = 6;
/** A run does not wait for longer than this, as for a new day's quota: it can go on another time. */
const ASKED_MS_MAX = 120_000;

/**
 * Uploads an item, again and again while the service is late, with growing waits.
 *
 * @returns undefined when the item is gone, or the run is to stop
 * @throws OperationalError when the service, or the item's place, is away; StartRefused when the service refuses the key
 */
export async function deliverItem(item: ListedItem, parts: DeliverParts): Promise<Delivered | undefined> {
  const { stop, sender, wait = restUntil } = parts;
  for (let attempt = 1; ; attempt += 1) {
    const tried = await attemptOn(item, parts);
    if (tried === undefined) return undefined;
    if ('end' in tried) return tried.end;
    const { reason, detail, askedMs } = tried.again;
    if (attempt === ATTEMPTS_MAX) {
      // an item that breaks every connection must not stop all runs at its place; a service that is away must
      if (reason === 'broken_connection' && !(await sender.isThere())) {
        throw new OperationalError(`the upload service does not answer: ${detail}`);
      }
      return failed(reason, detail);
    }
    if (askedMs > ASKED_MS_MAX) {
      throw new OperationalError(`the upload service takes nothing for ${Math.ceil(askedMs / 1_000)} s: ${detail}`);
    }
    await wait(askedMs + retryDelayMs(attempt, Math.random()), stop);
    if (stop.aborted) return undefined;
  }
}

async function attemptOn(item: ListedItem, parts: DeliverParts): Promise<Attempt | undefined> {
  try {
    const sent = await sendOnce(item, parts);
    if (sent?.kind !== 'key_reused') return sent === undefined ? undefined : attemptOf(sent);
    // the file was written anew within its size and its time: a key of its content is its own
    const again = await sendOnce(item, parts, sent.digest);
    return again === undefined ? undefined : attemptOf(again);
  } catch (error) {
    if (error instanceof ItemFault) return { end: failed(error.reason, error.message) };
    throw error;
  }
}

/** @returns undefined when the item is gone */
async function sendOnce(
  item: ListedItem,
  { place, sender, stop }: DeliverParts,
  digest?: string,
): Promise<Sent | undefined> {
  const opened = await patiently(stop, () => place.open(item));
  if (opened === undefined) return undefined;
  try {
    return await sender.send(item, opened, digest);
  } finally {
    await opened.close();
  }
}

function attemptOf(sent: Sent): Attempt {
  const { kind } = sent;
  switch (kind) {
    case 'accepted':
      return { end: { outcome: kind, assetId: sent.assetId, verdict: sent.verdict, reason: null, detail: null } };
    case 'refused':
      return { end: { ...failed('service_error', sent.detail), outcome: kind, reason: sent.reason } };
    case 'late':
      return { again: { reason: 'busy', detail: sent.detail, askedMs: sent.retryAfterMs } };
    case 'broken':
      return { again: { reason: 'broken_connection', detail: sent.detail, askedMs: 0 } };
    case 'service_error':
    case 'key_reused':
      return { end: failed('service_error', sent.detail) };
  }
}

const failed = (reason: FailReason, detail: string): Delivered => ({
  outcome: 'failed',
  assetId: null,
  verdict: null,
  reason,
  detail,
});
