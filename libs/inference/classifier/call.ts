import type { ClassifyOutcome, LightOutcome } from '#contracts/classify.js';

export interface Classified<Outcome = ClassifyOutcome> {
  /** One per item, in order. */
  readonly outcomes: readonly Outcome[];
  /** From the call to a process taking it. */
  readonly queueMs: number;
}

export interface Inferred {
  /** One row per view, one number in 0..1 per class, in order. */
  readonly scores: readonly (readonly number[])[];
  readonly queueMs: number;
  readonly inferenceMs: number;
}

export interface CallOptions {
  /**
   * What the caller will wait in all. A call whose time is up while it is in a process fails, and the process works on
   * until its own limit.
   */
  readonly timeoutMs?: number;
  /** In a process of this machine that has nothing else in hand, and is given nothing else until the call has ended. */
  readonly alone?: boolean;
  /** Told when no process here works on the call any more, and another server does. Never where all is done here. */
  readonly onHandedOver?: () => void;
}

export interface ClassifyOptions extends CallOptions {
  /** Whether the perceptual hash of each image is wanted too. */
  readonly perceptual?: boolean;
}

export interface LightOptions extends ClassifyOptions {
  /** What an image may be expected to take to decode, in milliseconds by the seeds of its media type. */
  readonly decodeMsMax: number;
}

export type LightlyClassified = Classified<LightOutcome>;
