import type { PendingFinalStore } from '#persistence/pending-final-store.js';
import type { HeavyBell } from '#queue/heavy-bell.js';
import type { Metrics } from '#telemetry/metrics.js';

const PAGE = 500;

export interface SweepOptions {
  readonly sweepMs: number;
  /** An asset is rung for again this long after it was last rung for. */
  readonly dueMs: number;
}

/**
 * One step of the sweeper: rings again for whatever has no final after its due time. While the queue holds a job for
 * every asset that waits, nothing is lost and nothing is rung: a long backlog is no reason to ring. Jobs that wait count,
 * and those in hand for assets that still lack a final: a dead worker's may be there for long after.
 *
 * @returns milliseconds to rest
 */
export async function sweepStep(
  pending: PendingFinalStore,
  bell: HeavyBell,
  metrics: Metrics,
  { sweepMs, dueMs }: SweepOptions,
): Promise<number> {
  if ((await pending.countDue()) === 0) return sweepMs;
  const backlog = await pending.backlog();
  const inHand = await bell.inHand();
  const { waiting } = await bell.holding();
  if (waiting + (await pending.countOf([...inHand.keys()])) >= backlog.pending) return sweepMs;
  for (let rung = PAGE; rung === PAGE;) {
    const due = await pending.takeDue(PAGE, dueMs);
    await bell.ring(due);
    metrics.bellsRung('sweeper', due.length);
    rung = due.length;
  }
  return sweepMs;
}
