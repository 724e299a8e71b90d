import type { HeavyVariant } from './variant-settings.js';

export type QueueBackend = 'postgres' | 'redis';
export type BackendChoice = QueueBackend | 'both';

/** The backends that are meant, PostgreSQL first. */
export const backendsOf = (choice: BackendChoice): readonly QueueBackend[] =>
  choice === 'both' ? ['postgres', 'redis'] : [choice];

export interface HeavyBenchOptions {
  /** Of the model, the bare one and the served one. */
  readonly variant: HeavyVariant;
  /** Of each part of a round. */
  readonly assets: number;
  readonly rounds: number;
  readonly backend: BackendChoice;
}
