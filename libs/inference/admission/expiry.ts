import type { ClientBound } from './client-bound.js';
import type { AdmissionForecast } from './forecast.js';
import type { AdmissionLine } from './line.js';
import type { Sheds } from './sheds.js';
import type { Ticket } from './ticket.js';
import type { Classifier } from '../classifier/classifier.js';
import { ClassifierUnavailable } from '../classifier/errors.js';

/** Node fires a timer at once that is set to more. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export interface ExpiryOptions {
  readonly classifier: Pick<Classifier, 'isReady'>;
  readonly line: AdmissionLine;
  readonly forecast: AdmissionForecast;
  readonly bound: ClientBound;
  readonly sheds: Sheds;
  /** When to come again. */
  readonly retryAfterMs: () => number;
  readonly nowMs: () => number;
  /** Somebody's deadline is out of reach, or its client's bound is over, though no room came. */
  readonly onDue: () => void;
}

/** Turns those away that wait and can no longer be in time, and knows when the next will be. */
export class Expiry {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: ExpiryOptions) {}

  /** Turns those away that could not be in time even if they began now. */
  expire(): void {
    const { classifier, line, sheds, retryAfterMs, nowMs } = this.options;
    for (const ticket of line.removeWhere((one) => this.latestStartMs(one) < nowMs())) {
      if (ticket.kind === 'path' && ticket.failedOnce !== undefined) ticket.reject(ticket.failedOnce);
      else if (classifier.isReady) ticket.reject(sheds.shed('expired', retryAfterMs()));
      else ticket.reject(new ClassifierUnavailable('no classifier became ready in time'));
    }
    this.watch();
  }

  /** So that what waits ends in time though no room ever comes. */
  watch(): void {
    clearTimeout(this.timer);
    const { line, bound, nowMs, onDue } = this.options;
    const { waiting } = line;
    if (waiting.length === 0) return;
    const clientIds = [...new Set(waiting.map(({ clientId }) => clientId))];
    const atMs = Math.min(
      ...waiting.map((ticket) => this.latestStartMs(ticket)),
      ...clientIds.map((clientId) => bound.endsAtMs(clientId)),
    );
    const inMs = Math.ceil(atMs - nowMs());
    this.timer = setTimeout(onDue, Math.min(Math.max(1, inMs), TIMER_MS_MAX));
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private latestStartMs({ deadlineAtMs, lookMs }: Ticket): number {
    return deadlineAtMs - (lookMs === Infinity ? this.options.forecast.batchMs(1) : lookMs);
  }
}
