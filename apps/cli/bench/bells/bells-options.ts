import type { BackendChoice } from '../heavy/heavy-bench-options.js';

export interface BellsOptions {
  /** Relayed in each round. */
  readonly assets: number;
  readonly rounds: number;
  /** Rows that wait for their final while a worker looks, and those of them that another one has died over. */
  readonly pending: number;
  readonly forgotten: number;
  readonly backend: BackendChoice;
}
