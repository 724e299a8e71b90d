import { OperationalError } from '#contracts/errors.js';

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
  override readonly name = 'ClassifierOverloaded';
}

/** No process is warm and none becomes so in time, or the pool was closed before the answer. */
export class ClassifierUnavailable extends OperationalError {
  override readonly name = 'ClassifierUnavailable';
}

/** A pool could not start: the message says which file or limit is at fault, for the operator to repair. */
export class ClassifierRefused extends Error {
  override readonly name = 'ClassifierRefused';
}
