import { writeFile } from 'node:fs/promises';

import type { LoadBed } from './load-bed.js';
import type { LoadBenchOptions } from './load-options.js';
import type { LoadMeasurements } from './load-result.js';
import { loadStep, type LoadStep } from './load-step.js';
import { traceOf } from './request-plan.js';
import { searchCapacity } from './search-capacity.js';
import { formatTrace } from './trace.js';

const STEP_WARM_UP_S = 2;
/** Warming up, one upload at a time, and a few steps. */
const SEARCH_S_MIN = 60;
/** A reported load is this many steps long, for the sake of its p99. */
const LOAD_STEPS = 3;
/** Shares of the capacity that are reported, in this order; the last one shows what is left after the overload. */
const LOADS = [
  { name: '70 %', share: 0.7 },
  { name: '1 ×', share: 1 },
  { name: '2 ×', share: 2 },
  { name: '5 ×', share: 5 },
  { name: '70 % after', share: 0.7 },
] as const;

/**
 * Finds the capacity and loads the service at shares of it.
 *
 * @throws Error when there is none
 */
export async function measureLoad(
  bed: Pick<LoadBed, 'run'>,
  options: LoadBenchOptions,
): Promise<Omit<LoadMeasurements, 'isOurs'>> {
  const { secondsPerStep, minutes, rateMax, record } = options;
  const limits = { warmUpSeconds: STEP_WARM_UP_S, sloMs: options.slo, lagMsMax: options.lag };
  const startedMs = performance.now();
  const loadSeconds = secondsPerStep * LOAD_STEPS;
  // a step of the search that began in time may be repeated
  const reservedS = LOADS.length * (loadSeconds + STEP_WARM_UP_S) + 2 * (secondsPerStep + STEP_WARM_UP_S);
  if (reservedS + SEARCH_S_MIN > minutes * 60) {
    throw new Error(`the loads alone take ${reservedS} s: give more than ${minutes} minutes, or shorter steps`);
  }
  const hasTime = (): boolean => performance.now() - startedMs + reservedS * 1_000 < minutes * 60_000;
  const { unloaded, search } = await searchCapacity(bed, limits, { secondsPerStep, rateMax, hasTime });
  const loads: LoadStep[] = [];
  for (const { name, share } of LOADS) {
    const run = { name, perSecond: Math.max(1, Math.round(search.perSecond * share)), seconds: loadSeconds };
    const { step, measured } = await loadStep(bed, run, limits);
    if (record !== undefined && loads.length === 0) await writeFile(record, formatTrace(traceOf(measured.plan)));
    loads.push(step);
  }
  return { unloaded, search, loads };
}
