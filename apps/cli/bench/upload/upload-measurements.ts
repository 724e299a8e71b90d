import type { Plan } from '#contracts/plan-answer.js';

import type { Memory } from '../process-usage.js';
import type { LoopResult } from './closed-loop.js';
import type { LoopDelay } from './loop-delay.js';
import type { Round } from './measure-rounds.js';
import type { OpenedPeers } from './peers.js';
import type { BySize } from './upload-sizes.js';

/** Entries of the bank that goes by looks. */
export const BANK_ENTRIES = 1_000;

/** Everything that was measured. */
export interface UploadMeasurements {
  /** Mean bytes of a file. */
  readonly bytes: BySize<number>;
  /** One upload at a time; the event loop's delay is that of the small ones. */
  readonly unloaded: { readonly loops: BySize<LoopResult>; readonly loopDelay: LoopDelay };
  readonly rounds: readonly Round[];
  readonly leftOut: OpenedPeers['leftOut'];
  /** What the service runs on. */
  readonly chosen: Plan['chosen'];
  /** Of the service and its classifier processes, after the load. */
  readonly memory: Memory | undefined;
}
