import type { ClassifyItem } from '#contracts/classify.js';
import { CALM, overloadLimits, stepOverload } from '#moderation/capacity/admission-overload.js';
import type { TrafficClass } from '#moderation/words.js';
import { AdmissionForecast } from './forecast.js';
import { AdmissionLine } from './line.js';
import type { AdmissionOptions, AdmissionOrder, AdmissionState, Prediction } from './options.js';
import { refusal, type Arrival } from './refusal.js';
import { runBatch } from './run.js';
import { Sheds } from './sheds.js';
import { joined, partsOf, SplitInfers } from './split-infers.js';
import { weightOf, type Admitted, type PathTicket, type Ticket } from './ticket.js';
import { BatchCollector, type DispatchReason } from '../batching/batch-collector.js';
import type { Inferred } from '../classifier/call.js';
import {
  type ClassifierShed,
  ClassifierUnavailable,
  type ClassifierFailed,
  type ShedReason,
} from '../classifier/errors.js';

const CLOSED = 'the fast tier is closed';

/** Node fires a timer at once that is set to more. */
const TIMER_MS_MAX = 2 ** 31 - 1;

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
  private overload = CALM;
  private expiry: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly options: AdmissionOptions) {
    const { classifier, times, windowMs } = options;
    if (!(times.quantileMs(1) > 0)) throw new RangeError('admission needs the service time of a batch of 1');
    this.nowMs = options.nowMs ?? (() => performance.now());
    const room = (): number => classifier.room;
    const forecast = new AdmissionForecast({ ...options, room, nowMs: this.nowMs });
    this.forecast = forecast;
    this.line = new AdmissionLine((deadlineAtMs) => forecast.batchMaxBy(deadlineAtMs));
    this.collector = new BatchCollector({
      line: this.line,
      sizeMax: () => forecast.batchMax,
      windowMs,
      room,
      latestStartMs: ({ deadlineAtMs }) => forecast.latestStartMs(deadlineAtMs),
      dispatch: (batch, reason) => this.dispatch(batch, reason),
      nowMs: this.nowMs,
    });
  }

  /**
   * Classifies a stored image. While the classifier is not ready the call goes to it directly: it knows what it lacks.
   *
   * @throws ClassifierShed at once when it would be too late or too many wait, or once its deadline is out of reach;
   *   ClassifierUnavailable after `close`; what the classifier throws
   */
  submit({ path }: ClassifyItem, order: AdmissionOrder): Promise<Admitted> {
    const perceptual = order.perceptual ?? false;
    return new Promise((resolve, reject) => {
      const base = this.ticket(order, 1, reject);
      const ticket: PathTicket = { ...base, kind: 'path', path, perceptual, failedOnce: undefined, resolve };
      const shed = this.shedOf(ticket, order.deadlineMs);
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
    const { class: trafficClass, deadlineMs } = order;
    const deadlineAtMs = this.nowMs() + deadlineMs;
    const weight = Math.max(1, parts[0]?.length ?? 0);
    const shed = this.shedOf({ trafficClass, weight, deadlineAtMs, views: views.length }, deadlineMs);
    if (shed !== undefined) throw shed;
    return joined(await this.splits.each(parts, trafficClass, (part) => this.infer(part, trafficClass, deadlineAtMs)));
  }

  /**
   * What would become of an image that came now with the whole SLO before it.
   *
   * @param ahead images that will be here before it, and are not yet: their bodies are being received
   */
  predict(trafficClass: TrafficClass, ahead = 0): Prediction {
    const { sloMs } = this.options;
    const deadlineAtMs = this.nowMs() + sloMs;
    const arrival: Arrival = { trafficClass, weight: 1, deadlineAtMs };
    return {
      wouldShed: this.refusalOf(arrival, sloMs, ahead) !== undefined,
      retryAfterMs: this.forecast.retryAfterMs(this.line.weight + ahead),
      capacityPerSecond: this.forecast.capacityPerSecond,
    };
  }

  state(): AdmissionState {
    const { limit, batchMax, capacityPerSecond, runningItems } = this.forecast;
    return {
      pending: this.line.weight,
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
  }

  /** Takes no more, and fails what waits as unavailable. Batches under way end. */
  close(): void {
    this.closed = true;
    this.collector.stop();
    clearTimeout(this.expiry);
    for (const ticket of this.line.removeWhere(() => true)) ticket.reject(new ClassifierUnavailable(CLOSED));
  }

  private ticket(order: AdmissionOrder, weight: number, reject: (error: unknown) => void) {
    const arrivedAtMs = this.nowMs();
    const { class: trafficClass, deadlineMs } = order;
    return { trafficClass, weight, arrivedAtMs, deadlineAtMs: arrivedAtMs + deadlineMs, reject };
  }

  /** No bound is asked: the request was let in. */
  private infer(views: readonly Uint8Array[], trafficClass: TrafficClass, deadlineAtMs: number): Promise<Inferred> {
    const order = { class: trafficClass, deadlineMs: deadlineAtMs - this.nowMs() };
    return new Promise((resolve, reject) => {
      this.letIn({ ...this.ticket(order, Math.max(1, views.length), reject), kind: 'views', views, resolve });
    });
  }

  private letIn(ticket: Ticket): void {
    if (this.closed) ticket.reject(new ClassifierUnavailable(CLOSED));
    else if (this.options.classifier.isReady) this.enter(ticket);
    else void this.run([ticket]);
  }

  private refusalOf(arrival: Arrival, deadlineMs: number, ahead: number): ShedReason | undefined {
    const { classifier } = this.options;
    const { line, splits, forecast } = this;
    if (this.closed || !classifier.isReady) return undefined;
    return refusal(arrival, deadlineMs, { room: classifier.room, ahead, line, splits, forecast });
  }

  /** The error of an arrival that is turned away, counted. */
  private shedOf(arrival: Arrival, deadlineMs: number): ClassifierShed | undefined {
    const reason = this.refusalOf(arrival, deadlineMs, 0);
    if (reason === undefined) return undefined;
    const leastMs = this.forecast.leastMs(arrival.views ?? arrival.weight);
    return this.sheds.shed(reason, this.retryAfterMs, { ms: deadlineMs, leastMs });
  }

  private get retryAfterMs(): number {
    return this.forecast.retryAfterMs(this.line.weight);
  }

  private enter(ticket: Ticket): void {
    this.collector.add(ticket);
    this.watchExpiry();
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
    const { classifier, times } = this.options;
    const end = this.forecast.begin(weightOf(batch));
    const onSpared = (ticket: PathTicket, failure: ClassifierFailed): void => this.spare(ticket, failure);
    await runBatch(batch, { classifier, times, nowMs: this.nowMs, onSpared });
    end();
    this.pump();
  }

  /** Once more, alone. It was let in already, so no bound is asked: as many as a batch holds may exceed it. */
  private spare(ticket: PathTicket, failure: ClassifierFailed): void {
    const slackMs = ticket.deadlineAtMs - this.nowMs();
    if (this.closed || slackMs < this.forecast.batchMs(1)) ticket.reject(failure);
    else this.enter({ ...ticket, failedOnce: failure });
  }

  /** Fails those that could not be in time even if they began now. */
  private expire(): void {
    const reachMs = this.nowMs() + this.forecast.batchMs(1);
    for (const ticket of this.line.removeWhere(({ deadlineAtMs }) => deadlineAtMs < reachMs)) {
      if (ticket.kind === 'path' && ticket.failedOnce !== undefined) ticket.reject(ticket.failedOnce);
      else if (this.options.classifier.isReady) ticket.reject(this.sheds.shed('expired', this.retryAfterMs));
      else ticket.reject(new ClassifierUnavailable('no classifier became ready in time'));
    }
    this.watchExpiry();
  }

  /** So that what waits ends in time though no room ever comes. */
  private watchExpiry(): void {
    clearTimeout(this.expiry);
    if (this.line.size === 0) return;
    const inMs = Math.ceil(this.line.earliestDeadlineMs() - this.forecast.batchMs(1) - this.nowMs());
    this.expiry = setTimeout(() => this.pump(), Math.min(Math.max(1, inMs), TIMER_MS_MAX));
  }
}
