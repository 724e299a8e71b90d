import type { TrafficClass } from '#moderation/words.js';

/** What a bell carries: an id, nothing else. Whoever hears it reads the rest from the database. */
export interface HeavyJob {
  readonly assetId: string;
}

/** What is rung for. */
export interface Ring extends HeavyJob {
  readonly trafficClass: TrafficClass;
  /** Before all others of its class, rung for or not. */
  readonly hurried?: boolean;
  /** Number of the asset's job, for one beside a job that is in dead hands; left out: 0, the asset's own. */
  readonly beside?: number;
}
