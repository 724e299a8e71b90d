import { DeadlineError } from './errors.js';

/** Timers hold 31 bits. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** How long something may take, and what ends it before. */
export interface TimeLimits {
  /** For everything together, waits and retries included. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The end of a call: after some time, or when its caller says so. */
export class Deadline {
  private readonly atMs: number;

  constructor(
    readonly timeoutMs: number,
    readonly signal: AbortSignal | undefined,
  ) {
    this.atMs = performance.now() + timeoutMs;
  }

  /** Milliseconds that are left, 0 at least. */
  get leftMs(): number {
    return Math.max(0, this.atMs - performance.now());
  }

  /** @throws the signal's reason; DeadlineError when the time is over */
  check(cause?: unknown): void {
    this.signal?.throwIfAborted();
    if (this.leftMs === 0) throw this.error(cause);
  }

  error(cause?: unknown): DeadlineError {
    return new DeadlineError(`not within ${this.timeoutMs} ms`, cause === undefined ? {} : { cause });
  }

  /** What work comes to, unless the end is sooner. @throws DeadlineError; the signal's reason */
  async within<T>(work: Promise<T>): Promise<T> {
    const limit = limited(this.leftMs, this.signal);
    const over = new Promise<never>((_resolve, reject) => {
      const end = (): void => reject(this.signal?.aborted === true ? reasonOf(this.signal) : this.error());
      if (limit.signal.aborted) end();
      limit.signal.addEventListener('abort', end, { once: true });
    });
    try {
      return await Promise.race([work, over]);
    } finally {
      limit.release();
    }
  }

  /** Waits, no longer than there is time. @throws the signal's reason */
  async rest(ms: number, wake?: (woken: () => void) => void): Promise<void> {
    const pause = limited(Math.min(ms, this.leftMs), this.signal);
    await new Promise<void>((resolve) => {
      if (pause.signal.aborted) resolve();
      pause.signal.addEventListener('abort', () => resolve(), { once: true });
      wake?.(resolve);
    });
    pause.release();
    this.signal?.throwIfAborted();
  }
}

/** What a signal was aborted with, as an error. */
const reasonOf = ({ reason }: AbortSignal): Error => (reason instanceof Error ? reason : new Error(String(reason)));

/** A signal that is aborted after some time, or with another. */
export interface Limited {
  readonly signal: AbortSignal;
  /** Begins to count the time anew. */
  readonly restart: (ms: number) => void;
  /** Ends the time limit; the other signal goes on counting. */
  readonly disarm: () => void;
  /** Ends both. */
  readonly release: () => void;
  readonly abort: () => void;
}

export function limited(ms: number, outer: AbortSignal | undefined): Limited {
  const controller = new AbortController();
  const abort = (): void => controller.abort(outer?.reason);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const disarm = (): void => clearTimeout(timer);
  const restart = (newMs: number): void => {
    disarm();
    timer = setTimeout(abort, Math.min(newMs, TIMER_MS_MAX));
  };
  const release = (): void => {
    disarm();
    outer?.removeEventListener('abort', abort);
  };
  if (outer?.aborted === true) abort();
  else {
    outer?.addEventListener('abort', abort, { once: true });
    restart(ms);
  }
  return { signal: controller.signal, restart, disarm, release, abort };
}
