/**
 * Overload by the least delay in a while (CoDel, RFC 8289): a queue that is never short is no buffer for bursts but
 * work that does not get done. Only the detector: what is dropped is decided elsewhere.
 */
export interface OverloadState {
  /** When overload begins if no short wait is seen before; null after a short one. */
  readonly dueMs: number | null;
  readonly overloaded: boolean;
}

export interface OverloadLimits {
  readonly targetMs: number;
  readonly intervalMs: number;
}

/** What was seen as a batch was taken. */
export interface Sojourn {
  readonly nowMs: number;
  /** How long the one that waited longest of the batch had waited. */
  readonly delayMs: number;
  /** Items that go on waiting. */
  readonly left: number;
}

export const CALM: OverloadState = { dueMs: null, overloaded: false };

/** Limits for batches of `batchMs`. The usual 5 and 100 ms take every batcher to be overloaded: a batch is a wait. */
export function overloadLimits(batchMs: number): OverloadLimits {
  const targetMs = Math.max(5, 1.5 * batchMs);
  return { targetMs, intervalMs: Math.max(100, 5 * targetMs) };
}

/** The state after one more batch was taken. A wait below the target, or nobody left waiting, is calm at once. */
export function stepOverload(state: OverloadState, seen: Sojourn, limits: OverloadLimits): OverloadState {
  if (seen.delayMs < limits.targetMs || seen.left === 0) return CALM;
  if (state.dueMs === null) return { dueMs: seen.nowMs + limits.intervalMs, overloaded: false };
  return { dueMs: state.dueMs, overloaded: seen.nowMs >= state.dueMs };
}
