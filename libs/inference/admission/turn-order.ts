import type { TrafficClass } from '#moderation/words.js';
import { ClientLine, type Rank } from './client-line.js';

export interface ClassedRank extends Rank {
  readonly trafficClass: TrafficClass;
}

/** Live items (urgent and normal) that go for each bulk item, while both wait: shares of 0.9 and 0.1. */
const LIVE_PER_BULK = 9;
/** Urgent items that go for each normal item, while both wait: a flood of urgent leaves normal a quarter of live. */
const URGENT_PER_NORMAL = 3;

type Lines<T extends Rank> = Readonly<Record<TrafficClass, ClientLine<T>>>;

/**
 * Who goes next. Of live traffic urgent goes before normal, but one of normal after three of urgent; while both wait, one
 * of bulk after nine of live: no class starves, and none takes more than its share. In a class clients go in turn.
 */
export class TurnOrder<T extends ClassedRank> {
  private readonly lines: Lines<T> = { urgent: new ClientLine(), normal: new ClientLine(), bulk: new ClientLine() };
  /** Weight of live that went while bulk waited, and for which no bulk has gone yet. */
  private liveAhead = 0;
  /** The same of urgent while normal waited. */
  private urgentAhead = 0;

  add(one: T): void {
    this.lines[one.trafficClass].add(one);
  }

  leave(one: T): void {
    this.lines[one.trafficClass].leave(one);
  }

  next(): T | undefined {
    const [live, bulk] = [this.nextLive(), this.lines.bulk.next()];
    if (live === undefined || bulk === undefined) return live ?? bulk;
    return this.liveAhead >= LIVE_PER_BULK * bulk.weight ? bulk : live;
  }

  /** It goes, and its class and its client have had their turn. */
  go(one: T): void {
    const normalWaits = !this.lines.normal.isEmpty;
    const bulkWaits = !this.lines.bulk.isEmpty;
    this.lines[one.trafficClass].go(one);
    switch (one.trafficClass) {
      case 'bulk':
        this.liveAhead = Math.max(0, this.liveAhead - LIVE_PER_BULK * one.weight);
        return;
      case 'normal':
        this.urgentAhead = Math.max(0, this.urgentAhead - URGENT_PER_NORMAL * one.weight);
        break;
      case 'urgent':
        if (normalWaits) this.urgentAhead += one.weight;
    }
    if (bulkWaits) this.liveAhead += one.weight;
  }

  /** A client of a class had something out of turn; or it had more than it was charged for, or less. */
  charge({ trafficClass, clientId }: Pick<ClassedRank, 'trafficClass' | 'clientId'>, ms: number): void {
    this.lines[trafficClass].charge(clientId, ms);
  }

  /** Weight that would go before an arrival, if no other came. */
  weightBefore(arrival: Omit<ClassedRank, 'chargeMs'>): number {
    const { urgent, normal, bulk } = this.lines;
    const own = this.lines[arrival.trafficClass].weightBefore(arrival);
    if (arrival.trafficClass === 'bulk') {
      const liveFirst = Math.max(0, LIVE_PER_BULK * (own + arrival.weight) - this.liveAhead);
      return own + Math.min(urgent.weight + normal.weight, liveFirst);
    }
    const live =
      arrival.trafficClass === 'urgent'
        ? own + Math.min(normal.weight, Math.floor((this.urgentAhead + own) / URGENT_PER_NORMAL))
        : own + Math.min(urgent.weight, Math.max(0, URGENT_PER_NORMAL * (own + arrival.weight) - this.urgentAhead));
    return live + Math.min(bulk.weight, Math.floor((this.liveAhead + live) / LIVE_PER_BULK));
  }

  *[Symbol.iterator](): Iterator<T> {
    yield* this.lines.urgent;
    yield* this.lines.normal;
    yield* this.lines.bulk;
  }

  private nextLive(): T | undefined {
    const [urgent, normal] = [this.lines.urgent.next(), this.lines.normal.next()];
    if (urgent === undefined || normal === undefined) return urgent ?? normal;
    return this.urgentAhead >= URGENT_PER_NORMAL * normal.weight ? normal : urgent;
  }
}
