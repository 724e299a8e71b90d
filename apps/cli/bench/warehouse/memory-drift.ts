import { median, rounded } from '../statistics.js';
import { theilSen } from '../soak/theil-sen.js';

/** What a worker held at one moment. */
export interface MemoryLook {
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly rssMb: number;
  readonly pssMb: number;
}

/** The part of a worker's life in which heaps and caches find their size. */
const SETTLING_SHARE = 0.2;
/** A trend of a shorter life says more of how heaps find their size than of what grows. */
const LIFE_MS_MIN = 20_000;
const LOOKS_MIN = 10;

/**
 * By how much a worker's resident memory grew or shrank over its life after it had settled: the Theil–Sen slope times the
 * time, in per cent of the median.
 *
 * @param looks at one worker, in order
 * @returns undefined of a life too short to tell
 */
export function memoryDrift(looks: readonly MemoryLook[]): number | undefined {
  const [first, last] = [looks[0]?.atMs ?? 0, looks.at(-1)?.atMs ?? 0];
  if (last - first < LIFE_MS_MIN || looks.length < LOOKS_MIN) return undefined;
  const fromMs = first + (last - first) * SETTLING_SHARE;
  const settled = looks.filter(({ atMs }) => atMs >= fromMs);
  const trend = theilSen(settled.map(({ atMs, rssMb }) => [atMs, rssMb] as const));
  if (trend === undefined) return undefined;
  return rounded((100 * trend.slope * (last - fromMs)) / median(settled.map(({ rssMb }) => rssMb)), 1);
}
