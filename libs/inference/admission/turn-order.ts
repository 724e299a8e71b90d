import type { TrafficClass } from '#moderation/words.js';
import { ClassShare, type Paid } from './class-share.js';
import { anybody, ClientLine, type MayGo, type Rank } from './client-line.js';

export interface ClassedRank extends Rank {
  readonly trafficClass: TrafficClass;
}

/** Milliseconds of live traffic (urgent and normal) for each of bulk, while both want some: shares of 0.9 and 0.1. */
const LIVE_PER_BULK = 9;
/** Milliseconds of urgent for each of normal, while both want some: a flood of urgent leaves normal a quarter of live. */
const URGENT_PER_NORMAL = 3;

const NOTHING: Paid = { paidMs: 0, freeMs: 0 };

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
  private readonly paid = new WeakMap<object, { readonly normal: Paid; readonly bulk: Paid }>();
  /** What other classes were credited for what one had. */
  private readonly credited = new WeakMap<object, { normal: number; bulk: number }>();

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
      normal: trafficClass === 'normal' ? normal.go(chargeMs) : NOTHING,
      bulk: trafficClass === 'bulk' ? bulk.go(chargeMs) : NOTHING,
    });
    this.tellOthers(one, chargeMs);
  }

  /** One had something out of turn; or it had more than it was charged for when it went, or less. */
  charge(one: Pick<T, 'trafficClass' | 'clientId'>, ms: number): void {
    const { urgent, normal } = this.lines;
    const { trafficClass, clientId } = one;
    this.lines[trafficClass].charge(clientId, ms);
    const paid = this.paid.get(one) ?? { normal: NOTHING, bulk: NOTHING };
    if (trafficClass === 'normal') this.shares.normal.correct(ms, paid.normal, !urgent.isEmpty);
    if (trafficClass === 'bulk') this.shares.bulk.correct(ms, paid.bulk, !(urgent.isEmpty && normal.isEmpty));
    this.tellOthers(one, ms);
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

  /** Those that would go before an arrival, if no other came: see `AdmissionLine.before`. */
  before(
    arrival: ClassedRank,
    looksMax: (clientId: string) => number = () => Infinity,
    isEnough: (one: ClassedRank) => boolean = () => false,
  ): readonly ClassedRank[] {
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
      if (isEnough(next)) break;
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

  /** @param ms what one had, or what it had less than was thought */
  private tellOthers(one: Pick<T, 'trafficClass'>, ms: number): void {
    const { trafficClass } = one;
    if (trafficClass === 'bulk') return;
    const credited = this.credited.get(one) ?? { normal: 0, bulk: 0 };
    this.credited.set(one, credited);
    for (const other of trafficClass === 'urgent' ? (['normal', 'bulk'] as const) : (['bulk'] as const)) {
      const share = this.shares[other];
      const backMs = Math.min(credited[other], Math.max(0, -ms));
      if (backMs > 0) share.takeBack(backMs);
      credited[other] += ms > 0 ? share.credit(ms, this.lines[other].largestMs, this.nowMs()) : -backMs;
    }
  }

  private copy(): TurnOrder<T> {
    const copy = new TurnOrder<T>(this.nowMs);
    const { urgent, normal, bulk } = this.lines;
    copy.lines = { urgent: urgent.copy(), normal: normal.copy(), bulk: bulk.copy() };
    copy.shares = { normal: this.shares.normal.copy(), bulk: this.shares.bulk.copy() };
    return copy;
  }
}
