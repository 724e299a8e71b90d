import type { ReplayAnswer } from '#contracts/replay-answer.js';

/**
 * The replay that tells most about a version now: the newest that is done, against what is live, and looked at some asset;
 * else the newest that looked at none, which counts where there is nothing to look at; else none.
 */
export function newestFor(replays: readonly ReplayAnswer[], liveVersion: number): ReplayAnswer | undefined {
  const done = replays.filter(({ state, against }) => state === 'done' && against === liveVersion);
  return done.find(({ handled }) => handled > 0) ?? done[0];
}
