import type { CostlyImage } from '#contracts/prepared-image.js';
import { DecodeRates } from '../batching/decode-rates.js';
import type { Classifier } from '../classifier/classifier.js';
import { ClassifierFailed, type ClassifierShed } from '../classifier/errors.js';
import type { AdmissionForecast } from './forecast.js';
import type { Comings } from './comings.js';
import { leftMs } from './late.js';
import type { AdmissionLine } from './line.js';
import type { LongLooks } from './long-looks.js';
import { hereMs, type LooksInHand } from './looks-in-hand.js';
import { isDeath } from './run.js';
import type { CostlyTicket, PathTicket, Ticket } from './ticket.js';
import { TurnOrder, type ClassedRank } from './turn-order.js';

/** What a picture may take here from its headers to its answer, as a part of the SLO, however patient its sender is. */
const LANE_SHARE = 0.9;

export interface LaneOptions {
  readonly classifier: Pick<Classifier, 'classify' | 'room' | 'state'>;
  readonly forecast: AdmissionForecast;
  /** Those that wait for the same processes and go first. */
  readonly line: AdmissionLine;
  readonly comings: Comings;
  readonly inHand: LooksInHand<Ticket | CostlyTicket>;
  readonly longLooks: LongLooks;
  readonly sloMs: number;
  readonly nowMs: () => number;
  /** The error of one that cannot be answered in time, counted. */
  readonly shed: (reason: 'costly' | 'expired') => ClassifierShed;
  /** One begins. */
  readonly onBegin: () => void;
  /** A process may be free. */
  readonly onEnd: () => void;
}

/**
 * Pictures that take long to decode. They have what the others leave: one begins only when nobody else waits and another
 * process stays free; of a single process only when nobody else has come for as long as it will take. What cannot be
 * decoded before its deadline is turned away at once as costly; what finds no process in time was not too costly: it expires.
 */
export class CostlyLane {
  private readonly order: TurnOrder<CostlyTicket>;
  private readonly rates: DecodeRates;
  private timer: NodeJS.Timeout | undefined;
  private closedWith: Error | undefined;

  constructor(private readonly options: LaneOptions) {
    this.order = new TurnOrder(options.nowMs);
    this.rates = new DecodeRates(options.nowMs);
  }

  get size(): number {
    return [...this.order].length;
  }

  /** Takes one whose headers have been read, or fails it. */
  enter(ticket: PathTicket, { mediaType, decodeMs: seedMs }: CostlyImage): void {
    const decodeMs = this.rates.expectedMs({ clientId: ticket.clientId, mediaType, seedMs });
    const weight = decodeMs + this.options.forecast.batchMs(1);
    const { nowMs, sloMs, classifier } = this.options;
    // however patient its sender is: while one is decoded whoever comes waits for it
    const deadlineAtMs = Math.min(ticket.deadlineAtMs, nowMs() + LANE_SHARE * sloMs);
    const known = { kind: 'costly', mediaType, seedMs, weight, chargeMs: weight, deadlineAtMs } as const;
    const costly: CostlyTicket = { ...ticket, ...known };
    const width = Math.max(1, classifier.state().processes - 1);
    const before = this.order.before(costly);
    const ownBefore = before.filter(({ clientId }) => clientId === ticket.clientId);
    // its client's pictures are too costly for what they take; that others were here first is not their fault
    const isCostly = ticket.arrivedAtMs + chargeOf(ownBefore) / width + weight > deadlineAtMs;
    if (this.closedWith !== undefined) ticket.reject(this.closedWith);
    else if (isCostly) ticket.reject(this.options.shed('costly'));
    else if (nowMs() + chargeOf(before) / width + weight > deadlineAtMs) ticket.reject(this.options.shed('expired'));
    else this.order.add(costly);
    this.pump();
  }

  /** To be called when there may be room for one. */
  pump(): void {
    clearTimeout(this.timer);
    const { nowMs, shed } = this.options;
    for (const ticket of [...this.order].filter((one) => one.deadlineAtMs < nowMs() + one.weight)) {
      this.order.leave(ticket);
      ticket.reject(shed('expired'));
    }
    let next = this.order.next();
    while (next !== undefined && this.mayBegin(next)) {
      this.order.go(next);
      void this.run(next);
      next = this.order.next();
    }
    if (next !== undefined) this.wakeFor(next);
  }

  /** Takes no more, and fails what waits. */
  close(error: Error): void {
    this.closedWith = error;
    clearTimeout(this.timer);
    for (const ticket of [...this.order]) {
      this.order.leave(ticket);
      ticket.reject(error);
    }
  }

  private mayBegin(ticket: CostlyTicket): boolean {
    const { classifier, line, nowMs } = this.options;
    if (line.waiting.length > 0) return false;
    return classifier.state().processes > 1
      ? classifier.room > 1
      : classifier.room > 0 && this.quietAtMs(ticket) <= nowMs();
  }

  /** When nobody else will have come for as long as it takes. */
  private quietAtMs({ clientId, weight }: CostlyTicket): number {
    return this.options.comings.othersAtMs(clientId) + weight;
  }

  /** So that what waits begins when it is quiet, and ends in time though no room ever comes. */
  private wakeFor(next: CostlyTicket): void {
    const nowMs = this.options.nowMs();
    const expiresAtMs = Math.min(...[...this.order].map(({ deadlineAtMs, weight }) => deadlineAtMs - weight));
    const quietAtMs = this.quietAtMs(next);
    const atMs = quietAtMs > nowMs ? Math.min(quietAtMs, expiresAtMs) : expiresAtMs;
    this.timer = setTimeout(() => this.pump(), Math.max(1, Math.ceil(atMs - nowMs)));
  }

  private async run(ticket: CostlyTicket): Promise<void> {
    const { classifier, inHand, longLooks, line, nowMs, onBegin, onEnd } = this.options;
    const { path, perceptual, weight, arrivedAtMs, clientId, deadlineAtMs } = ticket;
    const startedAtMs = nowMs();
    line.charge(ticket, weight);
    onBegin();
    const look = inHand.begin([{ ...ticket, weight: 1 }], weight);
    let isGivenUp = false;
    try {
      const onHandedOver = (): void => inHand.handOver(look);
      const options = { perceptual, timeoutMs: leftMs([ticket], startedAtMs), onHandedOver };
      const { outcomes, queueMs } = await classifier.classify([{ path }], options);
      const [outcome] = outcomes;
      if (outcome === undefined) throw new ClassifierFailed('invalid-output', 'no outcome for an image');
      if (outcome.kind === 'scored') this.rates.note(ticket, outcome.decodeMs);
      else this.noteSlow(ticket, nowMs() - startedAtMs);
      ticket.resolve({ outcome, queueMs: startedAtMs - arrivedAtMs + queueMs, batch: 1 });
    } catch (error) {
      this.noteSlow(ticket, nowMs() - startedAtMs);
      isGivenUp = error instanceof ClassifierFailed && error.reason === 'timeout';
      if (isDeath(error) && look.handedOverAtMs === undefined) longLooks.noteFatal(clientId);
      ticket.reject(error);
    }
    const tookMs = nowMs() - startedAtMs;
    inHand.end(look, [tookMs], isGivenUp);
    // one that keeps its time began where it was in nobody's way
    if (nowMs() > deadlineAtMs) longLooks.note(clientId, hereMs(look, tookMs));
    this.order.charge(ticket, tookMs - weight);
    onEnd();
  }

  /** What had no scores says how long it takes at the least: that is news only where less was expected. */
  private noteSlow(ticket: CostlyTicket, tookMs: number): void {
    if (tookMs > this.rates.expectedMs(ticket)) this.rates.note(ticket, tookMs);
  }
}

const chargeOf = (tickets: readonly ClassedRank[]): number => tickets.reduce((sum, { chargeMs }) => sum + chargeMs, 0);
