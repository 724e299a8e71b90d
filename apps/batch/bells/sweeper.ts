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
 * every asset that waits, nothing is lost and nothing is rung: a long backlog is no reason to ring.
 *
 * @returns milliseconds to rest
 */
export async function sweepStep(
  pending: PendingFinalStore,
  bell: HeavyBell,
  metrics: Metrics,
  { sweepMs, dueMs }: SweepOptions,
): Promise<number> {
  const backlog = await pending.backlog();
  const overdue = await pending.countDue();
  if (overdue === 0 || (await bell.holding()).all >= backlog.pending) return sweepMs;
  for (let rung = PAGE; rung === PAGE;) {
    const due = await pending.takeDue(PAGE, dueMs);
    await bell.ring(due);
    metrics.bellsRung('sweeper', due.length);
    rung = due.length;
  }
  return sweepMs;
}
