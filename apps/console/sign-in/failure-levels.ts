import { LRUCache } from 'lru-cache';

/** How long a full level takes to drain. */
export const WINDOW_MS = 15 * 60_000;
const REMEMBERED_MAX = 20_000;

interface Level {
  readonly value: number;
  readonly atMs: number;
}

/** How often things of one kind have failed lately: a level for each that rises by one a failure and drains with time. */
export class FailureLevels {
  private readonly levels = new LRUCache<string, Level>({ max: REMEMBERED_MAX });

  /** @param nowMs a clock that never goes back */
  constructor(private readonly nowMs: () => number) {}

  /** How long until there is room for one more, ms; 0: there is. @param most failures that fill it within the window */
  waitMs(key: string, most: number): number {
    const over = this.level(key, most) + 1 - most;
    // what a fraction of a millisecond has drained since is no reason to let one more in
    return over <= 1e-9 ? 0 : (over * WINDOW_MS) / most;
  }

  /** @param failures below zero: takes them back */
  add(key: string, most: number, failures: number): void {
    const value = Math.max(0, this.level(key, most) + failures);
    this.levels.set(key, { value, atMs: this.nowMs() });
  }

  has(key: string): boolean {
    return this.levels.has(key);
  }

  forget(key: string): void {
    this.levels.delete(key);
  }

  /** Takes a level over from others, unless there is one of this key here. */
  adopt(key: string, others: FailureLevels): void {
    if (this.levels.has(key)) return;
    this.levels.set(key, others.levels.get(key) ?? { value: 0, atMs: this.nowMs() });
    others.levels.delete(key);
  }

  private level(key: string, most: number): number {
    const { value, atMs } = this.levels.get(key) ?? { value: 0, atMs: 0 };
    return Math.max(0, value - ((this.nowMs() - atMs) * most) / WINDOW_MS);
  }
}
