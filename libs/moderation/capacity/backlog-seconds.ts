/** A shorter look than this says nothing about a rate, in seconds. */
const SHORTEST_LOOK_S = 10;

/**
 * The rate at which work was done lately.
 *
 * @param done how much since the first of it, itself included
 * @param sinceFirstS seconds since the first of it was done
 * @returns a second; null when nothing was done
 */
export function rateOf(done: number, sinceFirstS: number): number | null {
  return done > 0 ? done / Math.max(SHORTEST_LOOK_S, sinceFirstS) : null;
}

/** How long the work that waits takes at a measured rate (a second); null when something waits and no rate is known. */
export function backlogSeconds(waiting: number, perSecond: number | null): number | null {
  if (waiting === 0) return 0;
  return perSecond === null ? null : waiting / perSecond;
}
