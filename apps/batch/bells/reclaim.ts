import type { PendingFinalStore } from '#persistence/pending-final-store.js';
import type { HeavyBell } from '#queue/heavy-bell.js';
import type { Metrics } from '#telemetry/metrics.js';

export interface ReclaimParts {
  readonly pending: Pick<PendingFinalStore, 'takeForsaken' | 'putOff'>;
  readonly bell: Pick<HeavyBell, 'inHand' | 'ring'>;
  readonly metrics: Pick<Metrics, 'bellsRung'>;
}

export interface ReclaimOptions {
  /** An asset is rung for again this long after it was last rung for. */
  readonly dueMs: number;
  /** No rest is longer than the sweeper's. */
  readonly sweepMs: number;
  /** What was tried more often than that goes behind all that waits: it may be what its worker died of. */
  readonly attemptsMax: number;
}

const PAGE = 500;
/** What a dead worker had in hand waits this long at most, once its lease has run out. */
const REST_MS_MAX = 1_000;

/**
 * One step of the reclaimer: rings for assets whose worker has died, by the database's word, which knows leases and times
 * by one clock. The queue may hold a dead worker's jobs for longer: until then it takes no job of the same id, so that
 * this one gets another.
 *
 * @returns milliseconds to rest
 * @throws QueueLate; the next step rings for them
 */
export async function reclaimStep(
  { pending, bell, metrics }: ReclaimParts,
  { dueMs, sweepMs, attemptsMax }: ReclaimOptions,
): Promise<number> {
  const inHand = await bell.inHand();
  const forsaken = await pending.takeForsaken([...inHand.keys()], PAGE, dueMs);
  if (forsaken.length > 0) {
    const besides = forsaken.map((due) => {
      const held = inHand.get(due.assetId);
      // they had come to the head of the queue before: not once more behind all that waits
      return { ...due, hurried: due.attempts <= attemptsMax, beside: held === undefined ? 0 : held + 1 };
    });
    try {
      await bell.ring(besides);
    } catch (error) {
      // at the next step, rather than when they would be overdue
      await pending.putOff(
        forsaken.map(({ assetId }) => assetId),
        0,
      );
      throw error;
    }
    metrics.bellsRung('reclaimer', forsaken.length);
  }
  return forsaken.length === PAGE ? 0 : Math.min(REST_MS_MAX, sweepMs);
}
