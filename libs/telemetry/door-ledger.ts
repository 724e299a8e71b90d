import { MINUTE_MS, minuteOf } from '#moderation/capacity/usage-minute.js';
import type { DoorFigures } from '#moderation/overview/door-figures.js';
import { binOf } from '#moderation/overview/duration-bins.js';

/** A minute's figures so far: they only grow, and so does their version. */
export interface DoorMinute {
  readonly minuteMs: number;
  readonly version: number;
  readonly figures: DoorFigures;
}

/** A day that could not be written; what is older is given up. */
const MINUTES_MAX = 1_440;

type Counts = Record<string, number>;

class Minute {
  version = 0;
  written = 0;
  kept = 0;
  broken = 0;
  readonly outcomes: Counts = {};
  readonly sheds: Counts = {};
  readonly stages: Record<string, Counts> = {};
}

/** Counts by the minute what happens at the door of an upload service. */
export class DoorLedger {
  private readonly minutes = new Map<number, Minute>();

  /**
   * @param sloMs the SLO of a provisional decision
   * @param nowMs epoch milliseconds of a clock that never goes back
   */
  constructor(
    private readonly sloMs: number,
    private readonly nowMs: () => number,
  ) {}

  answered(outcome: string): void {
    more(this.now().outcomes, outcome);
  }

  shed(where: string, reason: string): void {
    more(this.now().sheds, `${where} ${reason}`);
  }

  /** @param stages milliseconds by stage; `total` is what the SLO is about */
  took(stages: Readonly<Record<string, number>>): void {
    const minute = this.now();
    for (const [stage, ms] of Object.entries(stages)) more((minute.stages[stage] ??= {}), String(binOf(ms)));
    if (stages['total'] === undefined) return;
    if (stages['total'] <= this.sloMs) minute.kept += 1;
    else minute.broken += 1;
  }

  /** Copies of the minutes that have changed since they were last written. */
  changed(): DoorMinute[] {
    return [...this.minutes].flatMap(([minuteMs, minute]) => {
      const { version, written, kept, broken, outcomes, sheds, stages } = minute;
      if (version === written) return [];
      const figures = structuredClone({ outcomes, sheds, stages, kept, broken, sloMs: this.sloMs });
      return [{ minuteMs, version, figures }];
    });
  }

  /** These copies have been written. Minutes that are over are forgotten. */
  written(copies: readonly DoorMinute[]): void {
    for (const { minuteMs, version } of copies) {
      const minute = this.minutes.get(minuteMs);
      if (minute === undefined) continue;
      minute.written = version;
      const isOver = minuteMs + MINUTE_MS <= this.nowMs();
      if (isOver && minute.version === version) this.minutes.delete(minuteMs);
    }
  }

  /** The minute that is now, of which something will be counted. */
  private now(): Minute {
    const minuteMs = minuteOf(this.nowMs());
    let minute = this.minutes.get(minuteMs);
    if (minute === undefined) {
      minute = new Minute();
      this.minutes.set(minuteMs, minute);
      const [oldestMs] = this.minutes.keys();
      if (this.minutes.size > MINUTES_MAX && oldestMs !== undefined) this.minutes.delete(oldestMs);
    }
    minute.version += 1;
    return minute;
  }
}

function more(counts: Counts, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
