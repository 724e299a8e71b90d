import { findCapacity, type Capacity, type SearchLimits } from './find-capacity.js';
import type { LoadBed } from './load-bed.js';
import { loadStep, type LoadStep, type StepOptions } from './load-step.js';

/** Both tiers of the compiler, every connection of every pool. */
const WARM_UP = { perSecond: 40, seconds: 6 };
/** Far enough apart for none to meet another. */
const UNLOADED = { perSecond: 8, seconds: 15 };
const SEARCH = { growth: 1.5, resolution: 1.05, stepsMax: 24 };

export interface FoundCapacity {
  /** One request at a time, or nearly. */
  readonly unloaded: LoadStep;
  readonly search: Capacity<LoadStep> & { readonly perSecond: number };
}

/**
 * Warms a service up, sees what one request takes, and finds the highest rate at which the service holds its SLO. A rate
 * fails when it fails twice.
 *
 * @throws Error when nothing is decided, or no rate holds
 */
export async function searchCapacity(
  bed: Pick<LoadBed, 'run'>,
  limits: StepOptions,
  options: Pick<SearchLimits, 'rateMax' | 'hasTime'> & { readonly secondsPerStep: number },
): Promise<FoundCapacity> {
  const { secondsPerStep: seconds, rateMax, hasTime } = options;
  await bed.run({ name: 'warm-up', ...WARM_UP });
  const { step: unloaded } = await loadStep(bed, { name: 'unloaded', ...UNLOADED }, limits);
  const { p50 } = unloaded.summary.latencyMs;
  if (!Number.isFinite(p50)) throw new Error(`nothing is decided: ${JSON.stringify(unloaded.summary)}`);
  const probe = async (perSecond: number): Promise<LoadStep> => {
    let { step } = await loadStep(bed, { name: `${perSecond}/s`, perSecond, seconds }, limits);
    // whatever else the machine did for a second must not pass for the service's limit
    if (!step.held) ({ step } = await loadStep(bed, { name: `${perSecond}/s, again`, perSecond, seconds }, limits));
    return step;
  };
  const search = await findCapacity(probe, { ...SEARCH, startRate: Math.ceil(1_000 / p50), rateMax, hasTime });
  const { perSecond } = search;
  if (perSecond === null) throw new Error(`no rate was found that holds the SLO of ${limits.sloMs} ms`);
  return { unloaded, search: { ...search, perSecond } };
}
