import type { QueueBackend } from '../heavy/heavy-bench-options.js';
import type { CpuByPart } from '../process-usage.js';
import type { VerifyFault } from '../../verify/verify-installation.js';
import type { LabellingTimes } from './labelling-rates.js';
import type { MemoryLook } from './memory-drift.js';

/** What there is when everything is done. */
export interface Outcome {
  /** Assets without any final. */
  readonly lost: number;
  /** Machine finals beyond one an asset. */
  readonly doubled: number;
  /** Finals that are not the heavy model's. */
  readonly unlabelled: number;
  /** What `portcullis verify` finds. */
  readonly faultCount: number;
  readonly faults: readonly VerifyFault[];
}

/** A span of time, and what classifier processes used in it; undefined where nothing tells it. */
export interface Stretch {
  readonly wallMs: number;
  readonly classifierCpuMs: number | undefined;
}

/** Images a second without queue and database. */
export interface BareRates {
  readonly modelOnly: number;
  readonly withDecode: number;
}

/** One labelling of a warehouse, killed on its way. */
export interface WarehouseRun {
  readonly backend: QueueBackend;
  readonly batch: number;
  readonly assets: number;
  readonly times: LabellingTimes;
  /** Assets without a final when the service was killed, and those of them that it had in hand. */
  readonly queuedAtKill: number;
  readonly heldAtKill: number;
  /** Of the whole run, by part. */
  readonly cpuMs: CpuByPart | undefined;
  /** From the first readiness to the kill. */
  readonly steady: Stretch;
  /** One list for each life of the service. */
  readonly memory: readonly (readonly MemoryLook[])[];
  readonly outcome: Outcome;
  /** Before the run and after it. */
  readonly bare: readonly BareRates[];
}
