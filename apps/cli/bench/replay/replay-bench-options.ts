export interface ReplayBenchOptions {
  /** Assets of a replay. */
  readonly assets: number;
  /** Replays of so many. */
  readonly rounds: number;
}
