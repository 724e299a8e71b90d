import { ClassifierFailed, ClassifierUnavailable, type ClassifierFailure } from './errors.js';

/** A call that a process has and has not answered. */
export interface CallInFlight {
  /** Ends the call with what the process answered. False: that is no answer to this call, which goes on. */
  readonly settle: (answer: unknown) => boolean;
  readonly reject: (error: ClassifierFailed | ClassifierUnavailable) => void;
}

/**
 * The calls of one process, and the clock over them: a call's time counts from when no older call is in the process,
 * because inference is one at a time.
 */
export class CallsInFlight {
  private readonly calls = new Map<number, CallInFlight>();
  private timer: NodeJS.Timeout | undefined;
  private taken = 0;
  private busySinceMs = 0;

  /**
   * @param onLate called when the oldest call has had `callMsMax`
   * @param onBusy told how long there was a call since it was last told, whenever a call has ended
   */
  constructor(
    private readonly callMsMax: number,
    private readonly onLate: () => void,
    private readonly onBusy: (ms: number) => void,
  ) {}

  get size(): number {
    return this.calls.size;
  }

  /** Calls ever added. */
  get total(): number {
    return this.taken;
  }

  /** @returns the call's number, from 1 */
  add(call: CallInFlight): number {
    this.taken += 1;
    this.calls.set(this.taken, call);
    if (this.calls.size === 1) {
      this.busySinceMs = performance.now();
      this.watchOldest();
    }
    return this.taken;
  }

  get(number: number): CallInFlight | undefined {
    return this.calls.get(number);
  }

  remove(number: number): void {
    const [oldest] = this.calls.keys();
    if (this.calls.delete(number)) this.tellBusy();
    if (number === oldest) this.watchOldest();
  }

  /**
   * Fails all calls. Of a `timeout` only the oldest is guilty: the others lose their process, as in a crash. When their
   * process was `closed` none is.
   */
  failAll(reason: ClassifierFailure | 'closed', detail: string): void {
    clearTimeout(this.timer);
    const calls = [...this.calls.values()];
    this.calls.clear();
    if (calls.length > 0) this.tellBusy();
    for (const [place, call] of calls.entries()) {
      const blamed = reason === 'timeout' && place > 0 ? 'crashed' : reason;
      call.reject(blamed === 'closed' ? new ClassifierUnavailable(detail) : new ClassifierFailed(blamed, detail));
    }
  }

  private tellBusy(): void {
    const nowMs = performance.now();
    this.onBusy(nowMs - this.busySinceMs);
    this.busySinceMs = nowMs;
  }

  private watchOldest(): void {
    clearTimeout(this.timer);
    if (this.calls.size > 0) this.timer = setTimeout(this.onLate, this.callMsMax);
  }
}
