import { ClassifierShed, type ShedReason } from '../classifier/errors.js';
import { DeadlineTooShort } from './deadline-too-short.js';

/** Counts who is turned away, and says why and when to come again. */
export class Sheds {
  private readonly counts: Record<ShedReason, number> = {
    queue_full: 0,
    too_late: 0,
    share: 0,
    expired: 0,
    gave_way: 0,
    costly: 0,
  };

  /** So far, by reason. */
  get byReason(): Readonly<Record<ShedReason, number>> {
    return { ...this.counts };
  }

  /** @param deadline what the caller allows and what its work takes at the least, where that is why */
  shed(
    reason: ShedReason,
    retryAfterMs: number,
    deadline?: { readonly ms: number; readonly leastMs: number },
  ): ClassifierShed {
    this.counts[reason] += 1;
    const isHopeless = reason === 'too_late' && deadline !== undefined && deadline.ms <= deadline.leastMs;
    return isHopeless ? new DeadlineTooShort(deadline.leastMs, retryAfterMs) : new ClassifierShed(reason, retryAfterMs);
  }
}
