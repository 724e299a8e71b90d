import type { ClassifyItem } from '#contracts/classify.js';
import { CALM, overloadLimits, stepOverload } from '#moderation/capacity/admission-overload.js';
import { Expiry } from './expiry.js';
import { AdmissionForecast } from './forecast.js';
import { AdmissionGate } from './gate.js';
import { AdmissionLine } from './line.js';
import { AdmissionLooks } from './looks.js';
import { CostlyLane } from './costly-lane.js';
import { LastArrivals } from './last-arrivals.js';
import type { AdmissionOptions, AdmissionOrder, AdmissionState, Expected, Prediction } from './options.js';
import type { Arrival } from './refusal.js';
import { Sheds } from './sheds.js';
import { joined, partsOf, SplitInfers } from './split-infers.js';
import { weightOf, type Admitted, type PathTicket, type Ticket } from './ticket.js';
import { ClientTimes } from '../batching/client-times.js';
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
  private readonly forecast: AdmissionForecast;
  private readonly line: AdmissionLine;
  private readonly collector: BatchCollector<Ticket>;
  private readonly nowMs: () => number;
  private readonly sheds = new Sheds();
  private readonly splits = new SplitInfers();
  private readonly arrivals = new LastArrivals();
  private readonly costly: CostlyLane;
  private readonly gate: AdmissionGate;
  private readonly looks: AdmissionLooks;
  private overload = CALM;
  private readonly expiry: Expiry;
  private closed = false;

  constructor(private readonly options: AdmissionOptions) {
    const { classifier, times, windowMs } = options;
    if (!(times.quantileMs(1) > 0)) throw new RangeError('admission needs the service time of a batch of 1');
    this.nowMs = options.nowMs ?? (() => performance.now());
    const room = (): number => classifier.room;
    const clients = new ClientTimes(this.nowMs);
    const forecast = new AdmissionForecast({ ...options, clients, room, nowMs: this.nowMs });
    const line = new AdmissionLine((deadlineAtMs) => forecast.batchMaxBy(deadlineAtMs));
    this.forecast = forecast;
    this.line = line;
    const { arrivals, nowMs, sheds, splits } = this;
    this.gate = new AdmissionGate({ classifier, line, splits, forecast, sheds });
    this.collector = new BatchCollector({
      line,
      sizeMax: () => forecast.batchMax,
      windowMs,
      room,
      latestStartMs: ({ deadlineAtMs }) => forecast.latestStartMs(deadlineAtMs),
      dispatch: (batch, reason) => this.dispatch(batch, reason),
      nowMs,
    });
    this.expiry = new Expiry({ line, forecast, nowMs, onExpired: () => this.pump() });
    this.costly = new CostlyLane({
      classifier,
      forecast,
      line,
      arrivals,
      nowMs,
      shed: () => sheds.shed('costly', this.gate.retryAfterMs),
      onBegin: () => options.onBatch?.(1, 'idle'),
      onEnd: () => this.pump(),
    });
    const onSpared = (ticket: PathTicket, failure: ClassifierFailed): void => this.spare(ticket, failure);
    this.looks = new AdmissionLooks({ ...options, forecast, line, clients, costly: this.costly, nowMs, onSpared });
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
    const parts = partsOf(views, this.forecast.batchMax);
    const { clientId, class: trafficClass, deadlineMs } = order;
    const deadlineAtMs = this.nowMs() + deadlineMs;
    const weight = Math.max(1, parts[0]?.length ?? 0);
    const by = { clientId, trafficClass, deadlineAtMs };
    const shed = this.admit({ ...by, weight, views: views.length }, deadlineMs);
    if (shed !== undefined) throw shed;
    return joined(await this.splits.each(parts, by, (part) => this.infer(part, by)));
  }

  /**
   * What would become of an image that came now with the whole SLO before it.
   *
   * @param ahead images that will be here before it, and are not yet: their bodies are being received
   */
  predict(expected: Expected, ahead = 0): Prediction {
    const { sloMs } = this.options;
    const arrival: Arrival = { ...expected, weight: 1, deadlineAtMs: this.nowMs() + sloMs };
    return {
      wouldShed: !this.closed && this.gate.refusal(arrival, sloMs, ahead) !== undefined,
      retryAfterMs: this.forecast.retryAfterMs(this.line.weight + ahead),
      capacityPerSecond: this.forecast.capacityPerSecond,
    };
  }

  state(): AdmissionState {
    const { limit, batchMax, capacityPerSecond, runningItems } = this.forecast;
    return {
      pending: this.line.weight + this.costly.size,
      limit,
      running: runningItems,
      batchMax,
      capacityPerSecond,
      overloaded: this.overload.overloaded && this.line.size > 0,
      dispatches: this.collector.dispatches,
      sheds: this.sheds.byReason,
    };
  }

  /** To be called when the classifier may have room. */
  pump(): void {
    this.expire();
    this.collector.pump();
    this.costly.pump();
  }

  /** Takes no more, and fails what waits as unavailable. Batches under way end. */
  close(): void {
    this.closed = true;
    this.collector.stop();
    this.expiry.stop();
    this.costly.close(closedError());
    for (const ticket of this.line.removeWhere(() => true)) ticket.reject(closedError());
  }

  private ticket(order: AdmissionOrder, weight: number, reject: (error: unknown) => void) {
    const arrivedAtMs = this.nowMs();
    const { clientId, class: trafficClass, deadlineMs } = order;
    const arrival = { clientId, trafficClass, weight, deadlineAtMs: arrivedAtMs + deadlineMs };
    const lookMs = this.forecast.lookMs(clientId, this.line.positionOf(arrival));
    return { ...arrival, arrivedAtMs, lookMs, chargeMs: this.forecast.chargeMs(clientId, weight), reject };
  }

  /** No bound is asked: the request was let in. */
  private infer(views: readonly Uint8Array[], by: Omit<Arrival, 'weight' | 'views'>): Promise<Inferred> {
    const { clientId, trafficClass, deadlineAtMs } = by;
    const order = { clientId, class: trafficClass, deadlineMs: deadlineAtMs - this.nowMs() };
    return new Promise((resolve, reject) => {
      const base = this.ticket(order, Math.max(1, views.length), reject);
      this.letIn({ ...base, lookMs: Infinity, kind: 'views', views, resolve });
    });
  }

  private admit(arrival: Arrival, deadlineMs: number): ClassifierShed | undefined {
    this.arrivals.note(arrival.clientId, this.nowMs());
    return this.closed ? undefined : this.gate.admit(arrival, deadlineMs);
  }

  private letIn(ticket: Ticket): void {
    if (this.closed) ticket.reject(closedError());
    else if (this.options.classifier.isReady) this.enter(ticket);
    else void this.run([ticket]);
  }

  private enter(ticket: Ticket): void {
    this.collector.add(ticket);
    this.expiry.watch();
  }

  private dispatch(batch: readonly Ticket[], reason: DispatchReason): void {
    const nowMs = this.nowMs();
    const delayMs = nowMs - Math.min(...batch.map(({ arrivedAtMs }) => arrivedAtMs));
    const limits = overloadLimits(this.forecast.batchMs(this.forecast.batchMax));
    this.overload = stepOverload(this.overload, { nowMs, delayMs, left: this.line.size }, limits);
    this.options.onBatch?.(weightOf(batch), reason);
    void this.run(batch);
  }

  private async run(batch: readonly Ticket[]): Promise<void> {
    await this.looks.run(batch);
    this.pump();
  }

  /** Once more, alone. It was let in already, so no bound is asked: as many as a batch holds may exceed it. */
  private spare(ticket: PathTicket, failure: ClassifierFailed): void {
    const slackMs = ticket.deadlineAtMs - this.nowMs();
    if (this.closed || slackMs < this.forecast.batchMs(1)) ticket.reject(failure);
    else this.enter({ ...ticket, failedOnce: failure });
  }

  private expire(): void {
    for (const ticket of this.expiry.takeLate()) {
      if (ticket.kind === 'path' && ticket.failedOnce !== undefined) ticket.reject(ticket.failedOnce);
      else if (this.options.classifier.isReady) ticket.reject(this.sheds.shed('expired', this.gate.retryAfterMs));
      else ticket.reject(new ClassifierUnavailable('no classifier became ready in time'));
    }
    this.expiry.watch();
  }
}
