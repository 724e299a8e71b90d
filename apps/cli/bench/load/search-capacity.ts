import { whyUndecided } from './check-answers.js';
import { findCapacity, type Capacity, type SearchLimits } from './find-capacity.js';
import type { LoadBed } from './load-bed.js';
import { basisOf, type LoadBasis } from './load-basis.js';
import { loadStep, type LoadStep, type StepOptions } from './load-step.js';
import { judgeRate } from './verdict.js';

/** Both tiers of the compiler, every connection of every pool. */
const WARM_UP = { perSecond: 40, seconds: 6 };
/** Far enough apart for none to meet another. */
const UNLOADED = { perSecond: 8, seconds: 15 };
const SEARCH = { growth: 1.5, resolution: 1.05, stepsMax: 24, unknownsMax: 3 };

export interface FoundCapacity {
  /** One request at a time, or nearly. */
  readonly unloaded: LoadStep;
  readonly search: Capacity<LoadStep>;
  /** What loads are multiples of. */
  readonly basis: LoadBasis;
}

/**
 * Warms a service up and sees what one request takes.
 *
 * @throws Error when nothing is decided
 */
export async function measureUnloaded(bed: Pick<LoadBed, 'run'>, limits: StepOptions): Promise<LoadStep> {
  await bed.run({ name: 'warm-up', ...WARM_UP });
  const run = { name: 'unloaded', ...UNLOADED };
  let { step } = await loadStep(bed, run, limits);
  if (!step.summary.isValid) ({ step } = await loadStep(bed, run, limits));
  if (step.summary.outcomes.decided === 0) throw new Error(whyUndecided(step.summary));
  return step;
}

/**
 * Warms a service up, sees what one request takes, and finds the highest rate at which the service holds its SLO.
 *
 * @throws Error when nothing is decided, or no rate holds
 */
export async function searchCapacity(
  bed: Pick<LoadBed, 'run'>,
  limits: StepOptions,
  options: Pick<SearchLimits, 'rateMax' | 'hasTime'> & { readonly secondsPerStep: number },
): Promise<FoundCapacity> {
  const { secondsPerStep: seconds, rateMax, hasTime } = options;
  const unloaded = await measureUnloaded(bed, limits);
  const probe = (perSecond: number): Promise<LoadStep> =>
    judgeRate(async (tried) => {
      const name = tried === 0 ? `${perSecond}/s` : `${perSecond}/s, again`;
      return (await loadStep(bed, { name, perSecond, seconds }, limits)).step;
    });
  const startRate = Math.ceil(1_000 / unloaded.summary.latencyMs.p50);
  const search = await findCapacity(probe, { ...SEARCH, startRate, rateMax, hasTime });
  if (search.perSecond === null) throw new Error(whyNone(search, limits));
  return { unloaded, search, basis: basisOf(search.perSecond, search.steps) };
}

function whyNone({ steps }: Capacity<LoadStep>, { sloMs, lagMsMax }: StepOptions): string {
  const unknown = steps.findLast(({ verdict }) => verdict === 'unknown');
  const rates = steps.map(({ rate }) => `${rate}/s`).join(', ');
  if (unknown === undefined) return `no rate was found that holds the SLO of ${sloMs} ms: tried ${rates}`;
  return (
    `no rate is known to hold the SLO of ${sloMs} ms (tried ${rates}): the load generator was late by ` +
    `${unknown.summary.lagP99Ms} ms at the 99th percentile, and may be by ${lagMsMax} ms. ` +
    'Try again when the machine does less else, or allow more with --lag'
  );
}
