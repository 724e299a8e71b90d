import { ClassifierFailed } from './errors.js';
import type { Task } from './task.js';

export interface CallLimits {
  /** Longest wait for a process. */
  readonly waitMsMax: number;
  /** Longest time until the answer, the wait included; Infinity where only the pool's own limits hold. */
  readonly totalMsMax: number;
}

/** Who does a call's work. */
export interface Performer {
  perform<Answer>(task: Task<Answer>): Promise<Answer>;
}

/** A call as the queue sees it, whatever its answer is. */
export interface WaitingCall {
  /** It shares its process with no other. */
  readonly alone: boolean;
  begin(performer: Performer): void;
  refuse(error: Error): void;
}

export interface Performed<Answer> {
  readonly answer: Answer;
  /** From the call to a process taking it. */
  readonly queueMs: number;
}

/** Node fires a timer at once that is set to more. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** A caller's call, from its arrival to its answer. */
export class QueuedCall<Answer> implements WaitingCall {
  readonly done: Promise<Performed<Answer>>;
  private readonly arrivedAt = performance.now();
  private resolve: (performed: Performed<Answer>) => void = () => undefined;
  private reject: (error: unknown) => void = () => undefined;
  private timer: NodeJS.Timeout;

  /** @param onLate called once when the call has waited too long; it is to `refuse` the call */
  constructor(
    private readonly task: Task<Answer>,
    readonly alone: boolean,
    private readonly limits: CallLimits,
    onLate: (call: WaitingCall) => void,
  ) {
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.timer = setTimeout(() => onLate(this), Math.min(limits.waitMsMax, limits.totalMsMax, TIMER_MS_MAX));
  }

  /** Hands the call to a process. When the caller's time is up the call fails, and the process works on. */
  begin(performer: Performer): void {
    clearTimeout(this.timer);
    const queueMs = performance.now() - this.arrivedAt;
    const { totalMsMax } = this.limits;
    if (totalMsMax <= TIMER_MS_MAX) {
      this.timer = setTimeout(
        () => this.refuse(new ClassifierFailed('timeout', `no answer within the call's ${totalMsMax} ms`)),
        totalMsMax - queueMs,
      );
    }
    performer
      .perform(this.task)
      .then((answer) => this.resolve({ answer, queueMs }), this.reject)
      .finally(() => clearTimeout(this.timer));
  }

  refuse(error: Error): void {
    clearTimeout(this.timer);
    this.reject(error);
  }
}
