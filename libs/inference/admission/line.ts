import type { TrafficClass } from '#moderation/words.js';
import { joins, weightOf, type Ticket } from './ticket.js';
import type { WaitingLine } from '../batching/waiting-line.js';

/** Live items that go for each bulk item, while both wait: shares of 0.9 and 0.1. */
const LIVE_PER_BULK = 9;

/** Bulk's part of the places; live traffic may have them all. */
export const BULK_SHARE = 0.1;

/**
 * Who goes next: of live traffic urgent before normal, and the earliest deadline first; while both wait, one of bulk
 * after nine of live, so that bulk never starves and never takes more than its share.
 */
export class AdmissionLine implements WaitingLine<Ticket> {
  private readonly live: Ticket[] = [];
  private readonly bulk: Ticket[] = [];
  /** Weight of live that went while bulk waited, and for which no bulk has gone yet. */
  private liveAhead = 0;

  /** @param batchMaxBy the largest batch that ends by a deadline, at least 1 */
  constructor(private readonly batchMaxBy: (deadlineAtMs: number) => number) {}

  get size(): number {
    return this.live.length + this.bulk.length;
  }

  /** Of all that wait. */
  get weight(): number {
    return weightOf(this.live) + this.bulkWeight;
  }

  get bulkWeight(): number {
    return weightOf(this.bulk);
  }

  add(ticket: Ticket): void {
    const line = this.lineOf(ticket.trafficClass);
    line.splice(placeOf(line, ticket), 0, ticket);
  }

  /** A batch of what goes next, as large as the earliest deadline in it allows. */
  take(sizeMax: number): readonly Ticket[] {
    const batch: Ticket[] = [];
    let sizeLeft = sizeMax;
    for (let next = this.next(); next !== undefined; next = this.next()) {
      sizeLeft = Math.min(sizeLeft, this.batchMaxBy(next.deadlineAtMs));
      const fits = joins(next) && batch.length < sizeLeft;
      if (batch.length > 0 && !fits) break;
      this.remove(next);
      batch.push(next);
      if (!joins(next)) break;
    }
    return batch;
  }

  /** Weight that goes before an arrival, if no other arrives. */
  positionOf(trafficClass: TrafficClass, deadlineAtMs: number): number {
    const line = this.lineOf(trafficClass);
    const before = weightOf(line.slice(0, placeOf(line, { trafficClass, deadlineAtMs })));
    if (trafficClass === 'bulk') {
      const liveFirst = Math.max(0, LIVE_PER_BULK * (before + 1) - this.liveAhead);
      return before + Math.min(weightOf(this.live), liveFirst);
    }
    return before + Math.min(this.bulkWeight, Math.floor((this.liveAhead + before) / LIVE_PER_BULK));
  }

  /** Infinity when nobody waits. */
  earliestDeadlineMs(): number {
    return Math.min(Infinity, ...[...this].map(({ deadlineAtMs }) => deadlineAtMs));
  }

  /** Removes those that `leaves` says. */
  removeWhere(leaves: (ticket: Ticket) => boolean): readonly Ticket[] {
    const gone = [...this].filter(leaves);
    for (const ticket of gone) remove(this.lineOf(ticket.trafficClass), ticket);
    return gone;
  }

  *[Symbol.iterator](): Iterator<Ticket> {
    yield* this.live;
    yield* this.bulk;
  }

  private next(): Ticket | undefined {
    const [live, bulk] = [this.live[0], this.bulk[0]];
    if (live === undefined || bulk === undefined) return live ?? bulk;
    return this.liveAhead >= LIVE_PER_BULK * bulk.weight ? bulk : live;
  }

  private remove(ticket: Ticket): void {
    const bothWait = this.live.length > 0 && this.bulk.length > 0;
    remove(this.lineOf(ticket.trafficClass), ticket);
    if (ticket.trafficClass === 'bulk') this.liveAhead = Math.max(0, this.liveAhead - LIVE_PER_BULK * ticket.weight);
    else if (bothWait) this.liveAhead += ticket.weight;
  }

  private lineOf(trafficClass: TrafficClass): Ticket[] {
    return trafficClass === 'bulk' ? this.bulk : this.live;
  }
}

type Rank = Pick<Ticket, 'trafficClass' | 'deadlineAtMs'>;

/** Behind all that go before it or came before it with the same rank. */
function placeOf(line: readonly Ticket[], arrival: Rank): number {
  const place = line.findIndex((ticket) => goesBefore(arrival, ticket));
  return place < 0 ? line.length : place;
}

function goesBefore(one: Rank, other: Rank): boolean {
  if (one.trafficClass !== other.trafficClass) return one.trafficClass === 'urgent';
  return one.deadlineAtMs < other.deadlineAtMs;
}

function remove(line: Ticket[], ticket: Ticket): void {
  const place = line.indexOf(ticket);
  if (place >= 0) line.splice(place, 1);
}
