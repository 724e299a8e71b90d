import type { WorkloadOptions } from '../load/load-options.js';

export interface SoakBenchOptions extends WorkloadOptions {
  readonly minutes: number;
  /** Percent of the capacity. */
  readonly share: number;
  /** This many times the capacity instead. */
  readonly overload?: number;
  /** Uploads a second; found by a short search when it is not given. */
  readonly capacity?: number;
  /** JSON of an earlier report; without it the one in `out`, if there is one. */
  readonly compare?: string;
  /** Folder of the report. */
  readonly out: string;
}

/** The name of the report: a steady load and an overload are not to be compared. */
export const soakName = ({ overload }: Pick<SoakBenchOptions, 'overload'>): string =>
  overload === undefined ? 'soak' : 'soak-overload';
