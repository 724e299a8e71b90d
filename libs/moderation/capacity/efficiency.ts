/** What the time of classifier processes was, in milliseconds of one process. */
export interface TimeSpent {
  /** In runs that ended in labels. */
  readonly usefulMs: number;
  /** From fork to warm. */
  readonly startupMs: number;
  /** The rest. */
  readonly idleMs: number;
}

/** Useful time over all of it: useful / (useful + startup + idle); 0 for no time at all. */
export function efficiencyOf({ usefulMs, startupMs, idleMs }: TimeSpent): number {
  const allMs = usefulMs + startupMs + idleMs;
  return allMs > 0 ? usefulMs / allMs : 0;
}
