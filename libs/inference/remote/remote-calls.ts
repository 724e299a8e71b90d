import { setTimeout as delay } from 'node:timers/promises';
import { ClassifierFailed, ClassifierOverloaded } from '../classifier/errors.js';

const DRAIN_LOOK_MS = 20;

/** How long a call may take yet, and how long its requests waited for their turn. */
export interface Progress {
  readonly leftMs: () => number;
  waitedMs: number;
}

/** The calls to a remote classifier that are not answered, never more than so many. */
export class RemoteCalls {
  private underWay = 0;

  constructor(private readonly max: number) {}

  get size(): number {
    return this.underWay;
  }

  get room(): number {
    return this.max - this.underWay;
  }

  /**
   * Admits a call and counts it. A call ends when its time is up, whatever its parts do then.
   *
   * @throws ClassifierFailed when there is no time left, ClassifierOverloaded when there is no room; what `work` throws
   */
  async run<T>(timeoutMs: number, work: (progress: Progress) => Promise<T>): Promise<T> {
    if (timeoutMs <= 0) throw new ClassifierFailed('timeout', 'the call came with no time left');
    if (this.room <= 0) throw new ClassifierOverloaded(`${this.max} calls are under way already`);
    const begun = performance.now();
    this.underWay += 1;
    try {
      return await work({ leftMs: () => timeoutMs - (performance.now() - begun), waitedMs: 0 });
    } finally {
      this.underWay -= 1;
    }
  }

  /** Resolves when all have ended, or after so long. */
  async drain(graceMs: number): Promise<void> {
    const end = performance.now() + graceMs;
    while (this.underWay > 0 && performance.now() < end) await delay(DRAIN_LOOK_MS);
  }
}
