import type { WaitingLine } from '../batching/waiting-line.js';
import { givers } from './givers.js';
import { joins, weightOf, type Ticket } from './ticket.js';
import { TurnOrder, type ClassedRank } from './turn-order.js';

/** Bulk's part of the places; live traffic may have them all. */
export const BULK_SHARE = 0.1;

/** Those that wait to be looked at, in the order of `TurnOrder`. */
export class AdmissionLine implements WaitingLine<Ticket> {
  private readonly order = new TurnOrder<Ticket>();

  /** @param batchMaxBy the largest batch that ends by a deadline, at least 1 */
  constructor(private readonly batchMaxBy: (deadlineAtMs: number) => number) {}

  get size(): number {
    return [...this].length;
  }

  /** Of all that wait. */
  get weight(): number {
    return weightOf([...this]);
  }

  get bulkWeight(): number {
    return weightOf([...this].filter(({ trafficClass }) => trafficClass === 'bulk'));
  }

  add(ticket: Ticket): void {
    this.order.add(ticket);
  }

  /** A batch of what goes next, as large as the earliest deadline in it allows. */
  take(sizeMax: number): readonly Ticket[] {
    const batch: Ticket[] = [];
    let sizeLeft = sizeMax;
    for (let next = this.order.next(); next !== undefined; next = this.order.next()) {
      sizeLeft = Math.min(sizeLeft, this.batchMaxBy(next.deadlineAtMs));
      const fits = joins(next) && batch.length < sizeLeft;
      if (batch.length > 0 && !fits) break;
      this.order.go(next);
      batch.push(next);
      if (!joins(next)) break;
    }
    return batch;
  }

  /** Weight that goes before an arrival, if no other arrives. */
  positionOf(arrival: Omit<ClassedRank, 'chargeMs'>): number {
    return this.order.weightBefore(arrival);
  }

  /** A client had so many milliseconds of a process more or less than it was charged for when it went. */
  charge(ticket: Pick<ClassedRank, 'trafficClass' | 'clientId'>, ms: number): void {
    this.order.charge(ticket, ms);
  }

  /** Who gives its place to an arrival, see `givers`. @param bulkOnly among those of bulk */
  giversTo(arrival: Pick<ClassedRank, 'clientId' | 'weight'>, excess: number, bulkOnly: boolean): readonly Ticket[] {
    const places = bulkOnly ? [...this].filter(({ trafficClass }) => trafficClass === 'bulk') : [...this];
    return givers(places, arrival, excess);
  }

  /** Removes those that `leaves` says. */
  removeWhere(leaves: (ticket: Ticket) => boolean): readonly Ticket[] {
    const gone = [...this].filter(leaves);
    for (const ticket of gone) this.order.leave(ticket);
    return gone;
  }

  [Symbol.iterator](): Iterator<Ticket> {
    return this.order[Symbol.iterator]();
  }
}
