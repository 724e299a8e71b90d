import { ClassifierFailed, ClassifierOverloaded, ClassifierUnavailable } from '../classifier/errors.js';
import { afterAnswer, afterRefusal, FIRST_LIMIT, inFlightMax, type GradientLimit } from './gradient-limit.js';

interface Waiter {
  readonly enter: () => void;
  readonly refuse: (error: Error) => void;
}

/** Node fires a timer at once that is set to more. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** Lets as many requests go to a server as the gradient limit says; the others wait in the order of their coming. Who asks bounds them. */
export class InFlightGate {
  private readonly waiting: Waiter[] = [];
  private limit: GradientLimit = FIRST_LIMIT;
  private under = 0;

  /**
   * @param onRoom called when a request ended and none waits
   * @param onLimit called with the requests that may go at the same time, at first and when that moves
   */
  constructor(
    private readonly onRoom: () => void,
    private readonly onLimit: (inFlight: number) => void,
  ) {
    onLimit(inFlightMax(this.limit));
  }

  /** Requests that wait. */
  get queued(): number {
    return this.waiting.length;
  }

  /** Requests that would go at once. */
  get room(): number {
    return Math.max(0, inFlightMax(this.limit) - this.under);
  }

  /**
   * Does a request when it is its turn. What it takes, and whether the server had room for it, moves the limit.
   *
   * @param batch views in the request
   * @throws ClassifierFailed `timeout` when the turn does not come in time; ClassifierUnavailable from `refuseAll`; what the
   *   request throws
   */
  async pass<T>(batch: number, waitMsMax: number, request: () => Promise<T>): Promise<T> {
    await this.enter(waitMsMax);
    const inFlight = this.under;
    const begun = performance.now();
    try {
      const result = await request();
      this.move(afterAnswer(this.limit, { batch, ms: performance.now() - begun, inFlight }));
      return result;
    } catch (error) {
      if (isRefusal(error)) this.move(afterRefusal(this.limit));
      throw error;
    } finally {
      this.leave();
    }
  }

  /** Refuses all that wait. */
  refuseAll(why: string): void {
    for (const waiter of this.waiting.splice(0)) waiter.refuse(new ClassifierUnavailable(why));
  }

  private move(limit: GradientLimit): void {
    const before = inFlightMax(this.limit);
    this.limit = limit;
    if (inFlightMax(limit) !== before) this.onLimit(inFlightMax(limit));
  }

  private async enter(waitMsMax: number): Promise<void> {
    if (this.waiting.length === 0 && this.room > 0) {
      this.under += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const late = (): void => {
        this.waiting.splice(this.waiting.indexOf(waiter), 1);
        reject(new ClassifierFailed('timeout', 'the request waited for the server until its time was up'));
      };
      const timer = setTimeout(late, Math.min(waitMsMax, TIMER_MS_MAX));
      const waiter: Waiter = {
        enter: () => {
          clearTimeout(timer);
          this.under += 1;
          resolve();
        },
        refuse: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      this.waiting.push(waiter);
    });
  }

  private leave(): void {
    this.under -= 1;
    while (this.room > 0) {
      const next = this.waiting.shift();
      if (next === undefined) break;
      next.enter();
    }
    if (this.room > 0) this.onRoom();
  }
}

/** The server has no room, or took too long: both mean fewer at a time. A broken connection means nothing. */
const isRefusal = (error: unknown): boolean =>
  error instanceof ClassifierOverloaded || (error instanceof ClassifierFailed && error.reason === 'timeout');
