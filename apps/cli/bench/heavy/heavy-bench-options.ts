export type QueueBackend = 'postgres' | 'redis';

export interface HeavyBenchOptions {
  /** Of each part of a round. */
  readonly assets: number;
  readonly rounds: number;
  readonly backend: QueueBackend | 'both';
}
