import type { BenchContext } from '../bench-context.js';
import type { BenchResult } from '../bench-result.js';
import { Cleanup } from '../cleanup.js';
import { LoadBed } from '../load/load-bed.js';
import { lagMsMaxOf } from '../load/load-options.js';
import { searchCapacity } from '../load/search-capacity.js';
import { measureSide, settingsOf, SIDES, type Side, type SideRun } from './measure-side.js';
import type { MicrobatchOptions } from './microbatch-options.js';
import { microbatchResult, type Round } from './microbatch-result.js';

/** Shares of the capacity of batch 1: where latency counts, and where the rate does. */
export const LOADS = { steady: 0.7, full: 1.5 } as const;
const SEARCH = { secondsPerStep: 5, rateMax: 5_000, msMax: 180_000, warmUpSeconds: 2 };

/** A micro-batch window against batch 1: the same arrivals, services started anew, in turn. */
export async function benchMicrobatch(context: BenchContext, options: MicrobatchOptions): Promise<BenchResult> {
  const capacity = options.capacity ?? (await searchAlone(context, options));
  const rates = [LOADS.steady, LOADS.full].map((share) => Math.max(1, Math.round(capacity * share)));
  const rounds: Round[] = [];
  while (rounds.length < options.rounds) {
    // who goes first changes, so that whatever the machine does over time meets both
    const order = rounds.length % 2 === 0 ? SIDES : SIDES.toReversed();
    const sides = new Map<Side, readonly SideRun[]>();
    const seeded = { ...options, seed: options.seed + rounds.length * 1_000 };
    for (const side of order) sides.set(side, await measureSide(context, side, rates, seeded));
    rounds.push({ alone: sides.get('alone') ?? [], window: sides.get('window') ?? [] });
  }
  return microbatchResult(options, { capacity, rates, rounds });
}

async function searchAlone({ signal }: BenchContext, options: MicrobatchOptions): Promise<number> {
  const cleanup = new Cleanup();
  try {
    const bed = await LoadBed.open({ signal, cleanup }, options, settingsOf('alone', options));
    const startedMs = performance.now();
    const limits = { warmUpSeconds: SEARCH.warmUpSeconds, sloMs: options.slo, lagMsMax: lagMsMaxOf(options) };
    const hasTime = (): boolean => performance.now() - startedMs < SEARCH.msMax;
    return (await searchCapacity(bed, limits, { ...SEARCH, hasTime })).basis.perSecond;
  } finally {
    await cleanup.run();
  }
}
