import type { PendingFinalStore } from '#persistence/pending-final-store.js';
import type { HeavyBell } from '#queue/heavy-bell.js';
import type { Metrics } from '#telemetry/metrics.js';

const PAGE = 500;
/** Of `dueMs`: what is overdue by more is rung for whatever the queue seems to hold. */
const LONG_OVERDUE = 10;

export interface SweepOptions {
  readonly sweepMs: number;
  /** An asset is rung for again this long after it was last rung for. */
  readonly dueMs: number;
}

/**
 * One step of the sweeper: rings again for whatever has no final after its due time. While the queue holds a job for
 * every asset that waits, nothing is lost and nothing is rung: a long backlog is no reason to ring. Jobs that wait count,
 * and those in hand for assets that still lack a final: a dead worker's may be there for long after. Jobs that wait for
 * nothing any more count too, and would hide as many assets without a job: so each step rings for a page of what is long
 * overdue, which is harmless where there is a job.
 *
 * @returns milliseconds to rest
 */
export async function sweepStep(
  pending: Pick<PendingFinalStore, 'backlog' | 'countDue' | 'countOf' | 'takeDue'>,
  bell: Pick<HeavyBell, 'holding' | 'inHand' | 'ring'>,
  metrics: Pick<Metrics, 'bellsRung'>,
  { sweepMs, dueMs }: SweepOptions,
): Promise<number> {
  if ((await pending.countDue()) === 0) return sweepMs;
  const backlog = await pending.backlog();
  const inHand = await bell.inHand();
  const { waiting } = await bell.holding();
  const isWhole = waiting + (await pending.countOf([...inHand.keys()])) >= backlog.pending;
  const overdueMs = isWhole ? LONG_OVERDUE * dueMs : 0;
  for (let rung = PAGE; rung === PAGE;) {
    const due = await pending.takeDue(PAGE, dueMs, overdueMs);
    if (due.length > 0) {
      await bell.ring(due);
      metrics.bellsRung('sweeper', due.length);
    }
    rung = isWhole ? 0 : due.length;
  }
  return sweepMs;
}
