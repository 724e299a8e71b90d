import type { BenchContext } from '../bench-context.js';
import { Cleanup } from '../cleanup.js';
import { LoadBed } from '../load/load-bed.js';
import { lagMsMaxOf } from '../load/load-options.js';
import { loadStep } from '../load/load-step.js';
import type { CpuByPart } from '../process-usage.js';
import { rounded } from '../statistics.js';
import { readFastBatches } from './fast-batches.js';
import type { MicrobatchOptions } from './microbatch-options.js';

/** The two sides that are compared: every image for itself at once, and waiting for company. */
export const SIDES = ['alone', 'window'] as const;
export type Side = (typeof SIDES)[number];

/** One side under one load of one round. */
export interface SideRun {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** Decisions of the fast tier a second, in time or not. */
  readonly itemsPerSecond: number;
  readonly decidedShare: number;
  /** Processor time of the service, its classifier processes and PostgreSQL, a decided image; null where nothing tells it. */
  readonly cpuMsPerItem: number | null;
  readonly meanBatch: number;
  readonly isValid: boolean;
}

const WARM_UP = { name: 'warm-up', perSecond: 40, seconds: 5 };
const STEP_WARM_UP_S = 2;
const OURS = ['generator', 'benchmark'];

/** The settings of a side. */
export function settingsOf(side: Side, { window, batch }: MicrobatchOptions): Record<string, string> {
  const [windowMs, most] = side === 'window' ? [window, batch] : [0, 1];
  return { FAST_BATCH_WINDOW_MS: String(windowMs), FAST_BATCH_MAX: String(most) };
}

/**
 * Starts a service of one side, loads it at the rates one after the other, and ends it. The same seed gives both sides
 * the same arrivals.
 */
export async function measureSide(
  { signal }: BenchContext,
  side: Side,
  rates: readonly number[],
  options: MicrobatchOptions,
): Promise<SideRun[]> {
  const cleanup = new Cleanup();
  try {
    const bed = await LoadBed.open({ signal, cleanup }, options, settingsOf(side, options));
    await bed.run(WARM_UP);
    const runs: SideRun[] = [];
    for (const perSecond of rates) runs.push(await measureRate(bed, side, perSecond, options));
    return runs;
  } finally {
    await cleanup.run();
  }
}

async function measureRate(bed: LoadBed, side: Side, perSecond: number, options: MicrobatchOptions): Promise<SideRun> {
  const { seconds, slo } = options;
  const limits = { warmUpSeconds: STEP_WARM_UP_S, sloMs: slo, lagMsMax: lagMsMaxOf(options) };
  const before = await readFastBatches(bed.target.url);
  const { step, measured } = await loadStep(bed, { name: `${side} ${perSecond}/s`, perSecond, seconds }, limits);
  const after = await readFastBatches(bed.target.url);
  const images = after.images - before.images;
  const { latencyMs, outcomes, decidedShare, isValid } = step.summary;
  return {
    p50Ms: latencyMs.p50,
    p95Ms: latencyMs.p95,
    p99Ms: latencyMs.p99,
    itemsPerSecond: rounded(outcomes.decided / seconds, 1),
    decidedShare,
    cpuMsPerItem: measured.cpuMs === undefined ? null : rounded(ofProduct(measured.cpuMs) / images),
    meanBatch: rounded(images / (after.batches - before.batches)),
    isValid,
  };
}

/** Without what measures it. */
const ofProduct = (cpuMs: CpuByPart): number =>
  Object.entries(cpuMs).reduce((sum, [part, ms]) => (OURS.includes(part) ? sum : sum + ms), 0);
