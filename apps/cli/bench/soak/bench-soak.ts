import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

import type { BenchContext } from '../bench-context.js';
import type { BenchResult } from '../bench-result.js';
import { readEarlier, type EarlierReport } from '../compare-reports.js';
import { LoadBed } from '../load/load-bed.js';
import { lagMsMaxOf } from '../load/load-options.js';
import { searchCapacity } from '../load/search-capacity.js';
import { summariseRun, type RunSummary } from '../load/summarise-run.js';
import { readLoopDelay } from '../upload/loop-delay.js';
import { Watch } from '../watch.js';
import { soakName, type SoakBenchOptions } from './soak-options.js';
import { soakResult } from './soak-result.js';

const WARM_UP = { name: 'warm-up', perSecond: 40, seconds: 6 };
const SEARCH = { secondsPerStep: 6, rateMax: 5_000, msMax: 240_000, warmUpSeconds: 2 };
/** Windows of time that latency is told by, and looks at the service: trends need no more, and pairs grow as squares. */
const WINDOWS_MAX = 60;
const WINDOW_MS_MIN = 5_000;
const LOOKS_MAX = 360;
const LOOK_EVERY_MS_MIN = 2_000;

/** A steady load for long, at a share of the capacity or far above it: what grows, what drifts, what breaks. */
export async function benchSoak(context: BenchContext, options: SoakBenchOptions): Promise<BenchResult> {
  const earlier = await earlierOf(options);
  const bed = await LoadBed.open(context, options);
  const capacity = await capacityOf(bed, options);
  const perSecond = Math.max(1, Math.round(capacity * (options.overload ?? options.share / 100)));
  const seconds = options.minutes * 60;
  const watchEveryMs = Math.max(LOOK_EVERY_MS_MIN, Math.round((seconds * 1_000) / LOOKS_MAX));
  const delays = new Watch(async () => {
    const delay = await readLoopDelay(bed.target.url).catch(() => undefined);
    return delay === undefined ? undefined : { ms: delay.p99Ms };
  }, watchEveryMs);
  try {
    const { plan, log, cpuMs, samples } = await bed.run({ name: 'soak', perSecond, seconds, watchEveryMs });
    const limits = { sloMs: options.slo, lagMsMax: lagMsMaxOf(options) };
    const summarise = (fromMs: number, toMs: number): RunSummary =>
      summariseRun(plan.atMs, log, { fromMs, toMs }, limits);
    const windowMs = Math.max(WINDOW_MS_MIN, Math.ceil((seconds * 1_000) / WINDOWS_MAX));
    const count = Math.floor((seconds * 1_000) / windowMs);
    const windows = Array.from({ length: count }, (_, index) => ({
      fromMs: index * windowMs,
      summary: summarise(index * windowMs, (index + 1) * windowMs),
    }));
    const whole = summarise(0, seconds * 1_000);
    const measured = { capacity, perSecond, whole, windows, cpuMs, samples, delays: await delays.stop() };
    return soakResult(options, measured, earlier);
  } finally {
    delays.end();
  }
}

async function capacityOf(bed: LoadBed, options: SoakBenchOptions): Promise<number> {
  const { capacity, slo } = options;
  if (capacity !== undefined) {
    await bed.run(WARM_UP);
    return capacity;
  }
  const { secondsPerStep, rateMax, msMax, warmUpSeconds } = SEARCH;
  const startedMs = performance.now();
  const hasTime = (): boolean => performance.now() - startedMs < msMax;
  const limits = { warmUpSeconds, sloMs: slo, lagMsMax: lagMsMaxOf(options) };
  const { basis } = await searchCapacity(bed, limits, { secondsPerStep, rateMax, hasTime });
  return basis.perSecond;
}

async function earlierOf(options: SoakBenchOptions): Promise<EarlierReport | undefined> {
  const name = soakName(options);
  const file = options.compare ?? join(resolve(options.out), `${name}.json`);
  return options.compare === undefined && !existsSync(file) ? undefined : readEarlier(file, name);
}
