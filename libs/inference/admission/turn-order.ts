import type { TrafficClass } from '#moderation/words.js';
import { ClassShare } from './class-share.js';
import { anybody, ClientLine, type MayGo, type Rank } from './client-line.js';

export interface ClassedRank extends Rank {
  readonly trafficClass: TrafficClass;
}

/** Milliseconds of live traffic (urgent and normal) for each of bulk, while both want some: shares of 0.9 and 0.1. */
const LIVE_PER_BULK = 9;
/** Milliseconds of urgent for each of normal, while both want some: a flood of urgent leaves normal a quarter of live. */
const URGENT_PER_NORMAL = 3;

type Lines<T extends Rank> = Readonly<Record<TrafficClass, ClientLine<T>>>;

/**
 * Who goes next. Of live traffic urgent goes before normal, but normal when urgent has had three times as much of the
 * processes; while both want some, bulk when live has had nine times as much: no class starves, and none takes more than its
 * share. In a class clients go in turn. Everything is counted in the time that it takes, not in pictures.
 */
export class TurnOrder<T extends ClassedRank> {
  private lines: Lines<T> = { urgent: new ClientLine(), normal: new ClientLine(), bulk: new ClientLine() };
  private shares = { normal: new ClassShare(URGENT_PER_NORMAL), bulk: new ClassShare(LIVE_PER_BULK) };
  /** What those that went have paid for their class's share. */
  private readonly paid = new WeakMap<object, { readonly normal: number; readonly bulk: number }>();

  constructor(private readonly nowMs: () => number) {}

  add(one: T): void {
    this.lines[one.trafficClass].add(one);
  }

  leave(one: T): void {
    this.lines[one.trafficClass].leave(one);
  }

  next(mayGo: MayGo = anybody): T | undefined {
    const { urgent, normal, bulk } = this.lines;
    const live = this.first('normal', normal.next(mayGo), urgent.next(mayGo));
    return this.first('bulk', bulk.next(mayGo), live);
  }

  /** It goes, and its class and its client have had their turn. */
  go(one: T): void {
    const { trafficClass, chargeMs } = one;
    const { normal, bulk } = this.shares;
    this.lines[trafficClass].go(one);
    this.paid.set(one, {
      normal: trafficClass === 'normal' ? normal.go(chargeMs) : 0,
      bulk: trafficClass === 'bulk' ? bulk.go(chargeMs) : 0,
    });
    this.tellOthers(trafficClass, chargeMs);
  }

  /** One had something out of turn; or it had more than it was charged for when it went, or less. */
  charge(one: Pick<T, 'trafficClass' | 'clientId'>, ms: number): void {
    const { urgent, normal } = this.lines;
    const { trafficClass, clientId } = one;
    this.lines[trafficClass].charge(clientId, ms);
    const paid = this.paid.get(one) ?? { normal: 0, bulk: 0 };
    if (trafficClass === 'normal') this.shares.normal.correct(ms, paid.normal, !urgent.isEmpty);
    if (trafficClass === 'bulk') this.shares.bulk.correct(ms, paid.bulk, !(urgent.isEmpty && normal.isEmpty));
    this.tellOthers(trafficClass, ms);
  }

  /** One was turned away: its class goes on wanting its turn. */
  miss({ trafficClass, chargeMs }: Pick<ClassedRank, 'trafficClass' | 'chargeMs'>): void {
    if (trafficClass !== 'urgent') this.shares[trafficClass].miss(chargeMs, this.nowMs());
  }

  /** Whether an arrival would go first though others wait: its class has had too little. */
  isDue({ trafficClass, chargeMs }: Pick<ClassedRank, 'trafficClass' | 'chargeMs'>): boolean {
    if (trafficClass === 'urgent') return false;
    return this.shares[trafficClass].isDue(this.lines[trafficClass].chargeMs + chargeMs);
  }

  /** Whether an arrival would go before all that wait. */
  isNext(arrival: ClassedRank): boolean {
    const order: TurnOrder<ClassedRank> = this.copy();
    order.add(arrival);
    return order.next() === arrival;
  }

  /** Those that would go before an arrival, if no other came. @param looksMax of a client that can go before it */
  before(arrival: ClassedRank, looksMax: (clientId: string) => number = () => Infinity): readonly ClassedRank[] {
    const order: TurnOrder<ClassedRank> = this.copy();
    order.add(arrival);
    const gone: ClassedRank[] = [];
    /** How many more of each client can go: asked once, for each of many clients is asked about each of many that wait. */
    const left = new Map([[arrival.clientId, Infinity]]);
    const leftOf = (id: string): number => {
      const known = left.get(id) ?? looksMax(id);
      left.set(id, known);
      return known;
    };
    const mayGo: MayGo = (id) => leftOf(id) > 0;
    for (let next = order.next(mayGo); next !== undefined && next !== arrival; next = order.next(mayGo)) {
      order.go(next);
      left.set(next.clientId, leftOf(next.clientId) - 1);
      gone.push(next);
    }
    return gone;
  }

  *[Symbol.iterator](): Iterator<T> {
    yield* this.lines.urgent;
    yield* this.lines.normal;
    yield* this.lines.bulk;
  }

  /** Of the first of a class and the first of those that go before it unless it is due. */
  private first(trafficClass: 'normal' | 'bulk', its: T | undefined, others: T | undefined): T | undefined {
    if (its === undefined || others === undefined) return its ?? others;
    return this.shares[trafficClass].isDue(its.chargeMs) ? its : others;
  }

  private tellOthers(trafficClass: TrafficClass, ms: number): void {
    const { normal, bulk } = this.lines;
    if (trafficClass === 'urgent') this.shares.normal.others(ms, !normal.isEmpty, this.nowMs());
    if (trafficClass !== 'bulk') this.shares.bulk.others(ms, !bulk.isEmpty, this.nowMs());
  }

  private copy(): TurnOrder<T> {
    const copy = new TurnOrder<T>(this.nowMs);
    const { urgent, normal, bulk } = this.lines;
    copy.lines = { urgent: urgent.copy(), normal: normal.copy(), bulk: bulk.copy() };
    copy.shares = { normal: this.shares.normal.copy(), bulk: this.shares.bulk.copy() };
    return copy;
  }
}
