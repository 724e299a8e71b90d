import type { Departure } from '#moderation/capacity/batch-schedule.js';
import type { Waiting, WaitingLine } from './waiting-line.js';

/**
 * Why a batch was dispatched: as large as it may be; or there was room and nothing to wait for, as for every batch of
 * one; or its first item had waited the window; or an item could wait no longer; or no company will come.
 */
export const DISPATCH_REASONS = ['full', 'idle', 'timer', 'deadline', 'drain'] as const;
export type DispatchReason = (typeof DISPATCH_REASONS)[number];

export interface CollectorOptions<T extends Waiting> {
  readonly line: WaitingLine<T>;
  /** Items of a full batch, at least 1. */
  readonly sizeMax: () => number;
  /** How long an item waits for company, from its arrival. 0: it goes as soon as there is room. */
  readonly windowMs: number;
  /** Batches that would begin at once. */
  readonly room: () => number;
  /** When an item must start to be in time, on the clock: it waits for company no longer than that. */
  readonly latestStartMs?: (item: T) => number;
  /** Rules in place of window and latest start: when what waits goes. Asked whenever something may have changed. */
  readonly departure?: (waiting: WaitingLine<T>) => Departure;
  /** Settles every item of a batch; it never throws. Room falls before it returns. */
  readonly dispatch: (items: readonly T[], reason: DispatchReason) => void;
  readonly nowMs: () => number;
}

/** A timer is late by up to this, and early by a fraction of it; then what is left is waited for again. */
const TIMER_GRAIN_MS = 1;
/** The longest that a Node timer waits; a longer one would end at once. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/**
 * Collects single items into batches, for both tiers: a batch goes as soon as there is room for one, unless a window
 * is set and what waits can afford to wait for company. Where there is no room, items wait and the batch grows.
 */
export class BatchCollector<T extends Waiting> {
  private timer: NodeJS.Timeout | undefined;
  private draining = false;
  /** Of those that wait, so many have had their time and go as soon as there is room. */
  private released = { count: 0, reason: 'timer' as DispatchReason };
  private readonly counts: Record<DispatchReason, number> = { full: 0, idle: 0, timer: 0, deadline: 0, drain: 0 };

  constructor(private readonly options: CollectorOptions<T>) {}

  /** Batches so far, by reason. */
  get dispatches(): Readonly<Record<DispatchReason, number>> {
    return { ...this.counts };
  }

  add(item: T): void {
    this.options.line.add(item);
    this.pump();
  }

  /** Dispatches what waits now as soon as there is room, without waiting for company. */
  drain(): void {
    this.draining = true;
    this.pump();
  }

  /** What waits now goes as soon as there is room; what comes later waits as ever. */
  release(): void {
    this.released = { count: this.options.line.size, reason: 'drain' };
    this.pump();
  }

  /** To be called whenever there may be room. Dispatches what may go. */
  pump(): void {
    clearTimeout(this.timer);
    const { line, sizeMax, room, dispatch } = this.options;
    while (line.size > 0 && room() > 0) {
      const batchMax = sizeMax();
      const reason = this.due(batchMax);
      if (reason === undefined) return;
      this.counts[reason] += 1;
      const items = line.take(batchMax);
      this.released.count -= Math.min(items.length, this.released.count);
      dispatch(items, reason);
    }
    if (line.size === 0) this.draining = false;
  }

  /** Starts no more batches by the clock. */
  stop(): void {
    clearTimeout(this.timer);
  }

  /** Why a batch goes now; undefined when it waits, with the clock set. */
  private due(batchMax: number): DispatchReason | undefined {
    const { line, windowMs, nowMs, departure } = this.options;
    if (departure !== undefined) return this.draining ? 'drain' : this.departs(departure);
    if (batchMax > 1 && line.size >= batchMax) return 'full';
    if (this.draining) return 'drain';
    if (batchMax <= 1 || windowMs <= 0) return 'idle';
    const now = nowMs();
    const { windowEndsMs, latestStartMs } = this.limits();
    if (windowEndsMs <= now) return 'timer';
    if (latestStartMs - now < TIMER_GRAIN_MS) return 'deadline';
    this.wakeAfter(Math.min(Math.ceil(windowEndsMs - now), Math.floor(latestStartMs - now)));
    return undefined;
  }

  private departs(departure: (waiting: WaitingLine<T>) => Departure): DispatchReason | undefined {
    if (this.released.count > 0) return this.released.reason;
    const { atMs, reason, count } = departure(this.options.line);
    const waitMs = atMs - this.options.nowMs();
    // nobody may be late for a deadline by the grain of a timer
    if (waitMs <= 0 || (reason === 'deadline' && waitMs < TIMER_GRAIN_MS)) {
      this.released = { count, reason };
      return reason;
    }
    this.wakeAfter(reason === 'deadline' ? Math.floor(waitMs) : Math.ceil(waitMs));
    return undefined;
  }

  private wakeAfter(ms: number): void {
    this.timer = setTimeout(() => this.pump(), Math.min(ms, TIMER_MS_MAX));
  }

  /** When the first of those that wait stops waiting, and when the first of them must start. */
  private limits(): { windowEndsMs: number; latestStartMs: number } {
    let [windowEndsMs, latestStartMs] = [Infinity, Infinity];
    for (const item of this.options.line) {
      windowEndsMs = Math.min(windowEndsMs, item.arrivedAtMs + this.options.windowMs);
      latestStartMs = Math.min(latestStartMs, this.options.latestStartMs?.(item) ?? Infinity);
    }
    return { windowEndsMs, latestStartMs };
  }
}
