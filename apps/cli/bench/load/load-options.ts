import type { TrafficClass } from '#moderation/words.js';

import type { ArrivalProcess, BurstyArrivals } from './arrivals.js';
import type { TargetOptions } from './load-target.js';
import type { SIZE_MIXES, Weights } from './request-kinds.js';

/** What is sent, and to whom. */
export interface WorkloadOptions extends TargetOptions {
  readonly size: keyof typeof SIZE_MIXES;
  readonly classes: Weights<TrafficClass>;
  readonly arrivals: Exclude<ArrivalProcess['kind'], 'replay'>;
  /** Mean stays of bursty arrivals. */
  readonly burst: Omit<BurstyArrivals, 'kind'>;
  /** A recorded trace whose pattern is replayed instead. */
  readonly trace?: string;
  readonly seed: number;
  /** The promise: 95 of 100 decisions within this many milliseconds. */
  readonly slo: number;
  /** Lateness of the generator at the 99th percentile above which a run does not count, in milliseconds. */
  readonly lag?: number;
}

export interface LoadBenchOptions extends WorkloadOptions {
  /** Measured seconds of a step of the search; the reported loads take three times as long. */
  readonly secondsPerStep: number;
  /** The capacity is not searched for: `rate` stands for it. */
  readonly skipSearch: boolean;
  /** Uploads a second. */
  readonly rate?: number;
  /** Of the search and the reported loads together; the search ends early for it. */
  readonly minutes: number;
  /** Requests a second that are not gone beyond in the search. */
  readonly rateMax: number;
  /** Where the requests at 70 % of the capacity are written. */
  readonly record?: string;
  /** JSON of an earlier report. */
  readonly compare?: string;
}

/** A timer of a busy machine is this late now and then. */
const LAG_MS = 20;
const LAG_SHARE_OF_SLO = 0.1;

/** How late the generator may be: as is said, or a tenth of the SLO, and not less than a timer may be. */
export const lagMsMaxOf = ({ lag, slo }: Pick<WorkloadOptions, 'lag' | 'slo'>): number =>
  lag ?? Math.max(LAG_MS, slo * LAG_SHARE_OF_SLO);
