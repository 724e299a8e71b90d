import { CALM, overloadLimits, stepOverload } from '#moderation/capacity/admission-overload.js';
import type { Ticket } from './ticket.js';

/** Sees from the batches that go whether those that wait are served soon. */
export class OverloadWatch {
  private state = CALM;

  get isOverloaded(): boolean {
    return this.state.overloaded;
  }

  /** @param left how many go on waiting @param batchMs what a full batch takes */
  see(batch: readonly Ticket[], { nowMs, left, batchMs }: Record<'nowMs' | 'left' | 'batchMs', number>): void {
    const delayMs = nowMs - Math.min(...batch.map(({ arrivedAtMs }) => arrivedAtMs));
    this.state = stepOverload(this.state, { nowMs, delayMs, left }, overloadLimits(batchMs));
  }
}
