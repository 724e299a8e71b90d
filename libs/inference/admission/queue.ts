import type { ClassifyItem } from '#contracts/classify.js';
import { openParts, stateOf, type QueueParts } from './queue-parts.js';
import type { AdmissionOptions, AdmissionOrder, AdmissionState, Expected, Prediction } from './options.js';
import { OverloadWatch } from './overload-watch.js';
import type { Arrival } from './refusal.js';
import { joined, partsOf } from './split-infers.js';
import { weightOf, type Admitted, type PathTicket, type Ticket } from './ticket.js';
import { BatchCollector, type DispatchReason } from '../batching/batch-collector.js';
import type { Inferred } from '../classifier/call.js';
import { type ClassifierShed, ClassifierUnavailable, type ClassifierFailed } from '../classifier/errors.js';

const closedError = (): ClassifierUnavailable => new ClassifierUnavailable('the fast tier is closed');

/**
 * The fast tier's bounded queue in front of its classifier. Who would not be answered in time is turned away at once;
 * who is let in goes as soon as there is room, in micro-batches where that pays. How many may wait follows from the
 * SLO and the service times, and is never set.
 */
export class AdmissionQueue {
  private readonly parts: QueueParts;
  private readonly collector: BatchCollector<Ticket>;
  private readonly nowMs: () => number;
  private readonly overload = new OverloadWatch();
  private closed = false;

  constructor(private readonly options: AdmissionOptions) {
    const { classifier, times, windowMs } = options;
    if (!(times.quantileMs(1) > 0)) throw new RangeError('admission needs the service time of a batch of 1');
    this.nowMs = options.nowMs ?? (() => performance.now());
    this.parts = openParts(options, this.nowMs, {
      onSpared: (ticket, failure) => this.spare(ticket, failure),
      onDue: () => this.pump(),
    });
    const { forecast, line } = this.parts;
    this.collector = new BatchCollector({
      line,
      sizeMax: () => forecast.batchMax,
      windowMs,
      room: () => classifier.room,
      latestStartMs: ({ deadlineAtMs }) => forecast.latestStartMs(deadlineAtMs),
      dispatch: (batch, reason) => this.dispatch(batch, reason),
      nowMs: this.nowMs,
    });
  }

  /**
   * Classifies a stored image. One that takes long to decode waits until the others leave room for it. While the
   * classifier is not ready the call goes to it directly: it knows what it lacks.
   *
   * @throws ClassifierShed at once when it would be too late or too many wait, or once its deadline is out of reach;
   *   ClassifierUnavailable after `close`; what the classifier throws
   */
  submit({ path }: ClassifyItem, order: AdmissionOrder): Promise<Admitted> {
    const perceptual = order.perceptual ?? false;
    return new Promise((resolve, reject) => {
      const base = this.ticket(order, 1, reject);
      const ticket: PathTicket = { ...base, kind: 'path', path, perceptual, failedOnce: undefined, resolve };
      const shed = this.admit(ticket, order.deadlineMs);
      if (shed === undefined) this.letIn(ticket);
      else reject(shed);
    });
  }

  /**
   * Scores views, in batches that nothing joins and that count for as many images. One goes after another, so that a
   * request never holds more than one worker, and that not for longer than a batch.
   *
   * @throws as `submit`
   */
  async submitViews(views: readonly Uint8Array[], order: Omit<AdmissionOrder, 'perceptual'>): Promise<Inferred> {
    const { forecast, splits } = this.parts;
    const parts = partsOf(views, forecast.batchMax);
    const { clientId, class: trafficClass, deadlineMs } = order;
    const deadlineAtMs = this.nowMs() + deadlineMs;
    const weight = Math.max(1, parts[0]?.length ?? 0);
    const by = { clientId, trafficClass, deadlineAtMs };
    const chargeMs = forecast.chargeMs(clientId, weight);
    const shed = this.admit({ ...by, weight, chargeMs, views: views.length }, deadlineMs);
    if (shed !== undefined) throw shed;
    return joined(await splits.each(parts, by, (part) => this.infer(part, by)));
  }

  /**
   * What would become of an image that came now.
   *
   * @param ahead images that will be here before it, and are not yet: their bodies are being received
   * @param deadlineMs what its look would have; left out: the whole SLO
   */
  predict(expected: Expected, ahead = 0, deadlineMs = this.options.sloMs): Prediction {
    const { gate, forecast, line } = this.parts;
    return {
      wouldShed: !this.closed && gate.refusal(this.expected(expected, deadlineMs), deadlineMs, ahead) !== undefined,
      retryAfterMs: forecast.retryAfterMs(line.weight + ahead),
      capacityPerSecond: forecast.capacityPerSecond,
    };
  }

  /** Items that it gets through in a second. */
  get capacityPerSecond(): number {
    return this.parts.forecast.capacityPerSecond;
  }

  /** Whether a client has as many looks as it may while others are about. */
  isFull(clientId: string): boolean {
    return this.parts.bound.isFull(clientId);
  }

  /** Somebody was turned away before it came here: it was there all the same, and its class wants its turn. */
  miss(expected: Expected): void {
    const { comings, line } = this.parts;
    comings.note(expected);
    line.miss(this.expected(expected));
  }

  state(): AdmissionState {
    const overloaded = this.overload.isOverloaded && this.parts.line.waiting.length > 0;
    return { ...stateOf(this.parts), overloaded, dispatches: this.collector.dispatches };
  }

  /** To be called when the classifier may have room. */
  pump(): void {
    const { inHand, expiry, costly } = this.parts;
    inHand.accrue();
    expiry.expire();
    this.collector.pump();
    costly.pump();
  }

  /** Takes no more, and fails what waits as unavailable. Batches under way end. */
  close(): void {
    const { expiry, givenUp, costly, line } = this.parts;
    this.closed = true;
    this.collector.stop();
    expiry.stop();
    givenUp.stop();
    costly.close(closedError());
    for (const ticket of line.removeWhere(() => true)) ticket.reject(closedError());
  }

  private expected({ clientId, trafficClass }: Expected, deadlineMs = this.options.sloMs): Arrival {
    const deadlineAtMs = this.nowMs() + deadlineMs;
    return { clientId, trafficClass, deadlineAtMs, weight: 1, chargeMs: this.parts.forecast.chargeMs(clientId, 1) };
  }

  private ticket(order: AdmissionOrder, weight: number, reject: (error: unknown) => void) {
    const { forecast, line } = this.parts;
    const arrivedAtMs = this.nowMs();
    const { clientId, class: trafficClass, deadlineMs } = order;
    const chargeMs = forecast.chargeMs(clientId, weight);
    const arrival = { clientId, trafficClass, weight, chargeMs, deadlineAtMs: arrivedAtMs + deadlineMs };
    const lookMs = forecast.lookMs(clientId, () => line.isNext(arrival));
    return { ...arrival, arrivedAtMs, lookMs, reject };
  }

  /** No bound is asked: the request was let in. */
  private infer(views: readonly Uint8Array[], by: Pick<Arrival, 'clientId' | 'trafficClass' | 'deadlineAtMs'>) {
    const { clientId, trafficClass, deadlineAtMs } = by;
    const order = { clientId, class: trafficClass, deadlineMs: deadlineAtMs - this.nowMs() };
    return new Promise<Inferred>((resolve, reject) => {
      const base = this.ticket(order, Math.max(1, views.length), reject);
      this.letIn({ ...base, lookMs: Infinity, kind: 'views', views, resolve });
    });
  }

  private admit(arrival: Arrival, deadlineMs: number): ClassifierShed | undefined {
    this.parts.comings.note(arrival);
    this.parts.inHand.accrue();
    return this.closed ? undefined : this.parts.gate.admit(arrival, deadlineMs);
  }

  private letIn(ticket: Ticket): void {
    if (this.closed) ticket.reject(closedError());
    else if (this.options.classifier.isReady) this.enter(ticket);
    else void this.run([ticket]);
  }

  private enter(ticket: Ticket): void {
    this.collector.add(ticket);
    this.parts.expiry.watch();
  }

  private dispatch(batch: readonly Ticket[], reason: DispatchReason): void {
    const { forecast, line } = this.parts;
    const left = line.waiting.length;
    this.overload.see(batch, { nowMs: this.nowMs(), left, batchMs: forecast.batchMs(forecast.batchMax) });
    this.options.onBatch?.(weightOf(batch), reason);
    void this.run(batch);
  }

  private async run(batch: readonly Ticket[]): Promise<void> {
    await this.parts.looks.run(batch);
    this.pump();
  }

  /** Once more, alone. It was let in already, so no bound is asked: as many as a batch holds may exceed it. */
  private spare(ticket: PathTicket, failure: ClassifierFailed): void {
    const slackMs = ticket.deadlineAtMs - this.nowMs();
    if (this.closed || slackMs < this.parts.forecast.batchMs(1)) ticket.reject(failure);
    else this.enter({ ...ticket, failedOnce: failure });
  }
}
