import type { ClassifyOutcome } from '#contracts/classify.js';
import { ClassifierFailed } from './classifier-errors.js';

export interface Classified {
  /** One per item, in order. */
  readonly outcomes: readonly ClassifyOutcome[];
  /** From the call to a process taking it. */
  readonly queueMs: number;
}

export interface CallLimits {
  /** Longest wait for a process. */
  readonly waitMsMax: number;
  /** Longest time until the answer, the wait included; Infinity where only the pool's own limits hold. */
  readonly totalMsMax: number;
}

/** Node fires a timer at once that is set to more. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** A caller's call, from its arrival to its answer. */
export class PoolCall {
  readonly answer: Promise<Classified>;
  private readonly arrivedAt = performance.now();
  private resolve: (classified: Classified) => void = () => undefined;
  private reject: (error: unknown) => void = () => undefined;
  private timer: NodeJS.Timeout;

  /** @param onLate called once when the call has waited too long; it is to `refuse` the call */
  constructor(
    readonly paths: readonly string[],
    private readonly limits: CallLimits,
    onLate: (call: PoolCall) => void,
  ) {
    this.answer = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.timer = setTimeout(() => onLate(this), Math.min(limits.waitMsMax, limits.totalMsMax, TIMER_MS_MAX));
  }

  /** Hands the call to a process. When the caller's time is up the call fails, and the process works on. */
  begin(classify: (paths: readonly string[]) => Promise<readonly ClassifyOutcome[]>): void {
    clearTimeout(this.timer);
    const queueMs = performance.now() - this.arrivedAt;
    const { totalMsMax } = this.limits;
    if (totalMsMax <= TIMER_MS_MAX) {
      this.timer = setTimeout(
        () => this.refuse(new ClassifierFailed('timeout', `no answer within the call's ${totalMsMax} ms`)),
        totalMsMax - queueMs,
      );
    }
    classify(this.paths)
      .then((outcomes) => this.resolve({ outcomes, queueMs }), this.reject)
      .finally(() => clearTimeout(this.timer));
  }

  refuse(error: Error): void {
    clearTimeout(this.timer);
    this.reject(error);
  }
}
