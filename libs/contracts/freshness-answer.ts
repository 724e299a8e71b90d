import type { TrafficClass } from '#moderation/words.js';

/** How a traffic class fares. Finals are the machine's ordinary ones of the last hour; times are milliseconds. */
export interface ClassFreshness {
  readonly class: TrafficClass;
  readonly finals: number;
  /** Median age of an asset at its final; null where there was none. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  /** Of these finals, those that came after the time they were promised for. */
  readonly lateFinals: number;
  /** Assets that were blocked in the last hour because their final was late. */
  readonly lateBlocks: number;
  readonly waiting: number;
  /** Of those that wait, those whose final is late already. */
  readonly waitingLate: number;
  /** Age of the oldest asset that waits; null where none does. */
  readonly oldestMs: number | null;
}

/** How old assets are when their final comes, and how much waits for one. */
export interface FreshnessAnswer {
  /** All classes, the most urgent first. */
  readonly classes: readonly ClassFreshness[];
  readonly waiting: number;
  /** As measured over the last two minutes; null when nothing was labelled. */
  readonly finalsPerSecond: number | null;
  /** How long what waits takes at this rate; null when it is not known. */
  readonly backlogSeconds: number | null;
}
