import type { ChildListener, Death, Ready } from './child-life.js';
import { ClassifierChild, type ChildOptions } from './child.js';

interface RestartLimits {
  /** Wait after the first process that died before it took a call; doubled by each further one. */
  readonly restartMsMin: number;
  readonly restartMsMax: number;
}

interface SlotListener {
  /** Before it takes calls. A fault refuses the process. */
  onReady(ready: Ready): string | undefined;
  onFree(): void;
  /** @param restartMs until its successor is forked; undefined when there will be none */
  onDeath(death: Death, restartMs: number | undefined): void;
}

/**
 * Milliseconds before the next process is forked, after so many in a row that died before they took a call. One that
 * took a call is replaced at once: it cannot loop faster than a start takes, nor without calls.
 */
export function restartMs(uselessInARow: number, { restartMsMin, restartMsMax }: RestartLimits): number {
  return uselessInARow === 0 ? 0 : Math.min(restartMsMax, restartMsMin * 2 ** (uselessInARow - 1));
}

/** One place in a pool: a process, and after its death the next. Never more than one at a time. */
export class ClassifierSlot implements ChildListener {
  private current: ClassifierChild | undefined;
  private uselessInARow = 0;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly options: ChildOptions & RestartLimits,
    private readonly listener: SlotListener,
  ) {}

  /** The process that lives here, warm or not. */
  get child(): ClassifierChild | undefined {
    return this.current;
  }

  start(): void {
    this.timer = undefined;
    try {
      this.current = new ClassifierChild(this.options, this);
    } catch (error) {
      const detail = `could not be forked: ${error instanceof Error ? error.message : String(error)}`;
      this.onDeath({ pid: undefined, reason: 'crashed', detail, wasWarm: false, callsTaken: 0, callsLost: 0 });
    }
  }

  /** No successor from now on. */
  retire(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  onReady(ready: Ready): string | undefined {
    return this.listener.onReady(ready);
  }

  onFree(): void {
    this.listener.onFree();
  }

  onDeath(death: Death): void {
    this.current = undefined;
    this.uselessInARow = death.callsTaken > 0 ? 0 : this.uselessInARow + 1;
    const waitMs = this.stopped ? undefined : restartMs(this.uselessInARow, this.options);
    if (waitMs === 0) this.start();
    else if (waitMs !== undefined) this.timer = setTimeout(() => this.start(), waitMs);
    this.listener.onDeath(death, waitMs);
  }
}
