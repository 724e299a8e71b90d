import type { BenchContext } from '../bench-context.js';
import type { BenchResult } from '../bench-result.js';
import { readEarlier } from '../compare-reports.js';
import { LoadBed } from './load-bed.js';
import type { LoadBenchOptions } from './load-options.js';
import { loadResult } from './load-result.js';
import { scheduleLoads } from './load-schedule.js';
import { measureLoad } from './measure-load.js';

/** The highest rate that holds the SLO, and what happens below, at and above it. */
export async function benchLoad(context: BenchContext, options: LoadBenchOptions): Promise<BenchResult> {
  scheduleLoads(options); // refuses before anything is started
  const earlier = options.compare === undefined ? undefined : await readEarlier(options.compare, 'load');
  const bed = await LoadBed.open(context, options);
  const measured = await measureLoad(bed, options);
  return loadResult(options, { ...measured, isOurs: bed.target.ours !== undefined }, earlier);
}
