import type { AdmissionForecast } from './forecast.js';
import type { AdmissionLine } from './line.js';
import type { Ticket } from './ticket.js';

/** Node fires a timer at once that is set to more. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export interface ExpiryOptions {
  readonly line: AdmissionLine;
  readonly forecast: AdmissionForecast;
  readonly nowMs: () => number;
  /** Somebody's deadline is out of reach, though no room came. */
  readonly onExpired: () => void;
}

/** Knows who of those that wait can no longer be in time, and when the next will be. */
export class Expiry {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: ExpiryOptions) {}

  /** Removes those that could not be in time even if they began now. */
  takeLate(): readonly Ticket[] {
    const { line, nowMs } = this.options;
    return line.removeWhere((ticket) => this.latestStartMs(ticket) < nowMs());
  }

  /** So that what waits ends in time though no room ever comes. */
  watch(): void {
    clearTimeout(this.timer);
    const { line, nowMs, onExpired } = this.options;
    if (line.size === 0) return;
    const latestStartMs = Math.min(...[...line].map((ticket) => this.latestStartMs(ticket)));
    const inMs = Math.ceil(latestStartMs - nowMs());
    this.timer = setTimeout(onExpired, Math.min(Math.max(1, inMs), TIMER_MS_MAX));
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private latestStartMs({ deadlineAtMs, lookMs }: Ticket): number {
    return deadlineAtMs - Math.min(lookMs, this.options.forecast.batchMs(1));
  }
}
