export interface ReplayBenchOptions {
  /** Assets of a replay. */
  readonly assets: number;
  /** Replays of so many. */
  readonly rounds: number;
  /** Assets in a database of their own, for a replay as people ask for it. */
  readonly stored: number;
}
