import { OperationalError, StartRefused } from '#contracts/errors.js';

/**
 * What ended a call without an answer:
 * `crashed`: its process died or threw; `timeout`: its time was up; `memory`: its process swelled above its limit;
 * `invalid-output`: what came back is not scores; `io`: the bytes could not be read.
 */
export type ClassifierFailure = 'crashed' | 'timeout' | 'memory' | 'invalid-output' | 'io';

/** A call was begun and has no answer. It says nothing about the asset: never an allow, and worth another try. */
export class ClassifierFailed extends OperationalError {
  override readonly name = 'ClassifierFailed';

  constructor(
    readonly reason: ClassifierFailure,
    readonly detail: string,
  ) {
    super(`${reason}: ${detail}`);
  }
}

/** More calls wait than may wait, or one waited longer than it may. Nothing was begun. */
export class ClassifierOverloaded extends OperationalError {
  override readonly name: string = 'ClassifierOverloaded';
}

/**
 * Why admission turned a call away:
 * `queue_full`: as many wait as can be served within the SLO; `too_late`: it would end after its deadline;
 * `share`: its class waits with as many as it may; `expired`: it waited until its deadline was out of reach;
 * `gave_way`: it gave its place to a client or a class that had fewer; `costly`: decoding it would take more time than there is.
 */
export const SHED_REASONS = ['queue_full', 'too_late', 'share', 'expired', 'gave_way', 'costly'] as const;
export type ShedReason = (typeof SHED_REASONS)[number];

/** Admission turned the call away, because it would not have been answered in time. Nothing was begun. */
export class ClassifierShed extends ClassifierOverloaded {
  override readonly name = 'ClassifierShed';

  /** @param retryAfterMs when what is in hand now will be done */
  constructor(
    readonly reason: ShedReason,
    readonly retryAfterMs: number,
  ) {
    super(`${reason}: come again in ${retryAfterMs} ms`);
  }
}

/** No process is warm and none becomes so in time, or the pool was closed before the answer. */
export class ClassifierUnavailable extends OperationalError {
  override readonly name = 'ClassifierUnavailable';
}

/** It must not start before the operator has mended the file, limit or server that the message names. */
export class ClassifierRefused extends StartRefused {
  override readonly name = 'ClassifierRefused';
}

/** It died or was late before it could serve. Another start may go better. */
export class ClassifierNotStarted extends OperationalError {
  override readonly name = 'ClassifierNotStarted';
}
