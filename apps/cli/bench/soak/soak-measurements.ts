import type { MeasuredRun } from '../load/load-bed.js';
import type { RunSummary } from '../load/summarise-run.js';
import type { Trend } from './theil-sen.js';

/** Everything that was measured. */
export interface SoakMeasurements {
  /** Uploads a second that hold the SLO, or the best goodput where that is over a tenth more. */
  readonly capacity: number;
  readonly perSecond: number;
  readonly whole: RunSummary;
  readonly windows: readonly { readonly fromMs: number; readonly summary: RunSummary }[];
  readonly cpuMs: MeasuredRun['cpuMs'];
  readonly samples: MeasuredRun['samples'];
  /** Event-loop delay of the service since the look before, p99. */
  readonly delays: readonly { readonly atMs: number; readonly ms: number }[];
}

/** What changed in the course of the run. */
export interface Trends {
  /** Each in percent of the median, in ten minutes. */
  readonly memory: Trend | undefined;
  readonly files: Trend | undefined;
  readonly p95: Trend | undefined;
}

export const MINUTE_MS = 60_000;
