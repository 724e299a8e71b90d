import type { TrafficClass } from '#moderation/words.js';
import type { DispatchReason } from '../batching/batch-collector.js';
import type { Classifier } from '../classifier/classifier.js';
import type { ShedReason } from '../classifier/errors.js';
import type { ServiceTimes } from '../batching/service-times.js';

export interface AdmissionOptions {
  readonly classifier: Pick<Classifier, 'classify' | 'classifyLight' | 'infer' | 'isReady' | 'room' | 'state'>;
  /** Seeded for a batch of 1 at least. */
  readonly times: ServiceTimes;
  readonly sloMs: number;
  /** Images in a batch, 1..16; the SLO and the table may allow fewer. */
  readonly batchMax: number;
  /** How long an image may wait for company, 0..50. */
  readonly windowMs: number;
  readonly nowMs?: () => number;
  readonly onBatch?: (items: number, reason: DispatchReason) => void;
}

/** How a caller wants its image looked at. */
export interface AdmissionOrder {
  /** Whose it is: clients go in turn. */
  readonly clientId: string;
  readonly class: TrafficClass;
  /** What is left of its time: the answer is of no use after that. */
  readonly deadlineMs: number;
  readonly perceptual?: boolean;
}

export interface AdmissionState {
  /** Items that wait. */
  readonly pending: number;
  /** Items that may wait. */
  readonly limit: number;
  /** Items in batches under way. */
  readonly running: number;
  readonly batchMax: number;
  readonly capacityPerSecond: number;
  readonly overloaded: boolean;
  /** Batches so far. */
  readonly dispatches: Readonly<Record<DispatchReason, number>>;
  /** Calls so far. */
  readonly sheds: Readonly<Record<ShedReason, number>>;
}

/** Whoever may come. */
export interface Expected {
  readonly clientId: string;
  readonly trafficClass: TrafficClass;
}

export interface Prediction {
  readonly wouldShed: boolean;
  readonly retryAfterMs: number;
  readonly capacityPerSecond: number;
}
