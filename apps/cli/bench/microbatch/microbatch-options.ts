import type { WorkloadOptions } from '../load/load-options.js';

export interface MicrobatchOptions extends WorkloadOptions {
  /** The micro-batch window in milliseconds, and the images that it may collect. */
  readonly window: number;
  readonly batch: number;
  readonly rounds: number;
  /** Of each load of each side of a round. */
  readonly seconds: number;
  /** Uploads a second that batch 1 can do; found by a short search when it is not given. */
  readonly capacity?: number;
}
