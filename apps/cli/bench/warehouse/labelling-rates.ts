import { drainOf } from '../heavy/drain.js';
import { rounded } from '../statistics.js';

/** When what happened in a run, epoch milliseconds. */
export interface LabellingTimes {
  /** The batch service was started. */
  readonly startedMs: number;
  readonly readyMs: number;
  readonly killedMs: number;
  readonly readyAgainMs: number;
  /** Of each final, in any order. */
  readonly finalsMs: readonly number[];
  /** Of the finals of assets that the killed service had in hand, in any order. */
  readonly heldFinalsMs: readonly number[];
}

export interface LabellingRates {
  /** From the first readiness to the last final: kill and restart included. */
  readonly wholePerSecond: number;
  /** From when every process has delivered once until the kill; null of too few finals. */
  readonly beforePerSecond: number | null;
  /** The same from the kill to the last final. */
  readonly afterPerSecond: number | null;
  /** From the kill to the next final; null when there was none. */
  readonly recoveryMs: number | null;
  /** From the kill until the last asset that the killed service had in hand has its final; null when it had none. */
  readonly heldMs: number | null;
  /** Finals of one moment are one transaction: what is done by then is never done again. */
  readonly checkpoints: number;
}

/**
 * Rates by the times of finals.
 *
 * @param lump finals of one round: a batch of each process
 * @throws RangeError of no finals
 */
export function ratesOf(times: LabellingTimes, lump: number): LabellingRates {
  const { readyMs, killedMs, finalsMs, heldFinalsMs } = times;
  const finals = [...finalsMs].sort((a, b) => a - b);
  const last = finals.at(-1);
  if (last === undefined) throw new RangeError('there are no finals');
  const before = finals.filter((atMs) => atMs <= killedMs);
  const after = finals.slice(before.length);
  return {
    wholePerSecond: rounded((finals.length / (last - readyMs)) * 1_000),
    beforePerSecond: steadyRate(before, lump),
    afterPerSecond: steadyRate(after, lump),
    recoveryMs: after[0] === undefined ? null : rounded(after[0] - killedMs, 0),
    heldMs: heldFinalsMs.length === 0 ? null : rounded(Math.max(...heldFinalsMs) - killedMs, 0),
    checkpoints: new Set(finals).size,
  };
}

/** Whole rounds only: between two of them it matters which process delivers next. */
function steadyRate(finalsMs: readonly number[], lump: number): number | null {
  const rounds = finalsMs.slice(0, Math.floor(finalsMs.length / lump) * lump);
  const [first = 0, last = 0] = [rounds[lump - 1], rounds.at(-1)];
  return last > first ? drainOf(rounds, first, lump).steadyPerSecond : null;
}
