import type { BackendChoice } from '../heavy/heavy-bench-options.js';

export interface BellsOptions {
  /** Relayed in each round. */
  readonly assets: number;
  readonly rounds: number;
  /** Rows that wait for their final while the sweeper looks, and those of them that are forgotten. */
  readonly pending: number;
  readonly forgotten: number;
  readonly backend: BackendChoice;
}
