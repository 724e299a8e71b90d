import { ClassifierShed } from '../classifier/errors.js';

/** The deadline is less than the work has ever taken: no other moment is better for it. */
export class DeadlineTooShort extends ClassifierShed {
  /** @param leastMs what the work takes at the least */
  constructor(
    readonly leastMs: number,
    retryAfterMs: number,
  ) {
    super('too_late', retryAfterMs);
  }
}
