import type { TrafficClass } from '#moderation/words.js';
import type { WaitingLine } from '../batching/waiting-line.js';
import { anybody, type MayGo } from './client-line.js';
import { joins, weightOf, type Ticket } from './ticket.js';
import { TurnOrder, type ClassedRank } from './turn-order.js';

export interface LineOptions {
  /** The largest batch that ends by a deadline, at least 1. */
  readonly batchMaxBy: (deadlineAtMs: number) => number;
  /** Whether one more look of a client may begin. Anybody's may where nothing is said. */
  readonly mayBegin?: MayGo;
  readonly nowMs: () => number;
}

/**
 * Those that wait to be looked at, in the order of `TurnOrder`. For whoever takes batches of them, only those are there that
 * may begin.
 */
export class AdmissionLine implements WaitingLine<Ticket> {
  private readonly order: TurnOrder<Ticket>;
  private readonly mayBegin: MayGo;

  constructor(private readonly options: LineOptions) {
    this.order = new TurnOrder(options.nowMs);
    this.mayBegin = options.mayBegin ?? anybody;
  }

  /** Those that may begin. */
  get size(): number {
    return [...this].length;
  }

  /** All that wait. */
  get waiting(): readonly Ticket[] {
    return [...this.order];
  }

  /** Of all that wait. */
  get weight(): number {
    return weightOf(this.waiting);
  }

  weightOf(trafficClass: TrafficClass): number {
    return weightOf(this.waiting.filter((one) => one.trafficClass === trafficClass));
  }

  add(ticket: Ticket): void {
    this.order.add(ticket);
  }

  /** A batch of what goes next, as large as the earliest deadline in it allows. */
  take(sizeMax: number): readonly Ticket[] {
    const batch: Ticket[] = [];
    let sizeLeft = sizeMax;
    const { mayBegin } = this;
    for (let next = this.order.next(mayBegin); next !== undefined; next = this.order.next(mayBegin)) {
      sizeLeft = Math.min(sizeLeft, this.options.batchMaxBy(next.deadlineAtMs));
      const fits = joins(next) && batch.length < sizeLeft;
      if (batch.length > 0 && !fits) break;
      this.order.go(next);
      batch.push(next);
      if (!joins(next)) break;
    }
    return batch;
  }

  /** Whether an arrival goes before all that wait. */
  isNext(arrival: ClassedRank): boolean {
    return this.order.isNext(arrival);
  }

  /**
   * Those that go before an arrival, if no other arrives.
   *
   * @param looksMax of a client that can go before it
   * @param isEnough told of each in turn; those behind the one that it says yes to are left out
   */
  before(
    arrival: ClassedRank,
    looksMax?: (clientId: string) => number,
    isEnough?: (one: ClassedRank) => boolean,
  ): readonly ClassedRank[] {
    return this.order.before(arrival, looksMax, isEnough);
  }

  /** Whether an arrival would go first, for its class has had too little. */
  isDue(arrival: Pick<ClassedRank, 'trafficClass' | 'chargeMs'>): boolean {
    return this.order.isDue(arrival);
  }

  /** One was turned away, or lost its place: it counts as waiting when it is asked whose turn it is. */
  miss(arrival: Pick<ClassedRank, 'trafficClass' | 'chargeMs'>): void {
    this.order.miss(arrival);
  }

  /** One had so many milliseconds of a process more or less than it was charged for when it went. */
  charge(ticket: Pick<ClassedRank, 'trafficClass' | 'clientId'>, ms: number): void {
    this.order.charge(ticket, ms);
  }

  /** Removes those that `leaves` says. */
  removeWhere(leaves: (ticket: Ticket) => boolean): readonly Ticket[] {
    const gone = this.waiting.filter(leaves);
    for (const ticket of gone) this.order.leave(ticket);
    return gone;
  }

  *[Symbol.iterator](): Iterator<Ticket> {
    const may = new Map<string, boolean>();
    for (const ticket of this.order) {
      const { clientId } = ticket;
      if (!may.has(clientId)) may.set(clientId, this.mayBegin(clientId));
      if (may.get(clientId) === true) yield ticket;
    }
  }
}
