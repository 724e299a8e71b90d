import { writeFile } from 'node:fs/promises';

import type { LoadBed } from './load-bed.js';
import type { LoadMeasurements } from './load-measurements.js';
import { lagMsMaxOf, type LoadBenchOptions } from './load-options.js';
import { LOADS, scheduleLoads, STEP_WARM_UP_S } from './load-schedule.js';
import { loadStep, type LoadStep } from './load-step.js';
import { traceOf } from './request-plan.js';
import { measureUnloaded, searchCapacity, type FoundCapacity } from './search-capacity.js';
import { formatTrace } from './trace.js';

/**
 * Finds the capacity, unless it is given, and loads the service at shares of it. A load that the generator was late in is
 * repeated once when there is time.
 *
 * @throws Error when there is none
 */
export async function measureLoad(
  bed: Pick<LoadBed, 'run'>,
  options: LoadBenchOptions,
): Promise<Omit<LoadMeasurements, 'isOurs'>> {
  const { secondsPerStep, rateMax, record } = options;
  const limits = { warmUpSeconds: STEP_WARM_UP_S, sloMs: options.slo, lagMsMax: lagMsMaxOf(options) };
  const { loadSeconds, givenPerSecond, searchMs } = scheduleLoads(options);
  const startedMs = performance.now();
  const hasTime = (): boolean => performance.now() - startedMs < searchMs;
  const { unloaded, search, basis }: FoundCapacity =
    givenPerSecond === undefined
      ? await searchCapacity(bed, limits, { secondsPerStep, rateMax, hasTime })
      : {
          unloaded: await measureUnloaded(bed, limits),
          search: { perSecond: null, failedPerSecond: null, unknownPerSecond: null, steps: [] },
          basis: { perSecond: givenPerSecond, by: 'given' },
        };
  const loads: LoadStep[] = [];
  const hasTimeFor = (count: number): boolean =>
    performance.now() - startedMs + count * (loadSeconds + STEP_WARM_UP_S) * 1_000 < options.minutes * 60_000;
  for (const { name, share } of LOADS) {
    const run = { name, perSecond: Math.max(1, Math.round(basis.perSecond * share)), seconds: loadSeconds };
    let { step, measured } = await loadStep(bed, run, limits);
    if (!step.summary.isValid && hasTimeFor(LOADS.length - loads.length)) {
      ({ step, measured } = await loadStep(bed, run, limits));
    }
    if (record !== undefined && loads.length === 0) await writeFile(record, formatTrace(traceOf(measured.plan)));
    loads.push(step);
  }
  return { unloaded, search, basis, loads };
}
