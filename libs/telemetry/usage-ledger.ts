import { MINUTE_MS, minuteOf, minutesOf } from '#moderation/capacity/usage-minute.js';

/** What was counted within one minute. */
export interface LedgerMinute {
  readonly minuteMs: number;
  busyCoreMs: number;
  allocatedCoreMs: number;
  cpuMs: number | null;
  items: number;
}

/** What can be counted as time. */
export type TimeKind = 'busyCoreMs' | 'allocatedCoreMs';

/** Longer than the longest call: until then a minute may get more of it. */
const OPEN_MS = 2 * 3_600_000;
/** A week of minutes that could not be written: some megabytes. Older ones are given up. */
const MINUTES_MAX = 10_080;

/** The numbers of one opening of a tier by minute, and which of them have yet to be written. */
export class UsageLedger {
  private readonly minutes = new Map<number, LedgerMinute>();
  private readonly unwritten = new Set<number>();

  /** Counts a stretch of time in the minutes that it lies in. */
  time(kind: TimeKind, fromMs: number, toMs: number, cores: number): void {
    const oldestMs = minuteOf(toMs) - OPEN_MS;
    for (const { minuteMs, ms } of minutesOf(Math.max(fromMs, oldestMs), toMs)) this.at(minuteMs)[kind] += ms * cores;
  }

  items(atMs: number, count: number): void {
    this.at(atMs).items += count;
  }

  cpu(atMs: number, ms: number): void {
    const minute = this.at(atMs);
    minute.cpuMs = (minute.cpuMs ?? 0) + ms;
  }

  /** Copies of the minutes that have changed since they were last written. */
  changed(): LedgerMinute[] {
    return [...this.unwritten].flatMap((minuteMs) => {
      const minute = this.minutes.get(minuteMs);
      return minute === undefined ? [] : [{ ...minute }];
    });
  }

  /** These copies have been written: what has not changed meanwhile need not be written again. */
  written(copies: readonly LedgerMinute[], nowMs: number): void {
    for (const copy of copies) {
      const minute = this.minutes.get(copy.minuteMs);
      if (minute !== undefined && isSame(minute, copy)) this.unwritten.delete(copy.minuteMs);
    }
    const oldestMs = minuteOf(nowMs) - OPEN_MS - MINUTE_MS;
    for (const minuteMs of this.minutes.keys()) {
      if (minuteMs < oldestMs && !this.unwritten.has(minuteMs)) this.minutes.delete(minuteMs);
    }
  }

  private at(atMs: number): LedgerMinute {
    const minuteMs = minuteOf(atMs);
    let minute = this.minutes.get(minuteMs);
    if (minute === undefined) {
      minute = { minuteMs, busyCoreMs: 0, allocatedCoreMs: 0, cpuMs: null, items: 0 };
      this.minutes.set(minuteMs, minute);
      this.giveUpOldest();
    }
    this.unwritten.add(minuteMs);
    return minute;
  }

  private giveUpOldest(): void {
    const [oldestMs] = this.minutes.keys();
    if (this.minutes.size <= MINUTES_MAX || oldestMs === undefined) return;
    this.minutes.delete(oldestMs);
    this.unwritten.delete(oldestMs);
  }
}

const isSame = (one: LedgerMinute, other: LedgerMinute): boolean =>
  one.busyCoreMs === other.busyCoreMs &&
  one.allocatedCoreMs === other.allocatedCoreMs &&
  one.cpuMs === other.cpuMs &&
  one.items === other.items;
