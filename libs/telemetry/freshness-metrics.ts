import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Edges in seconds: what is promised to urgent, normal and bulk traffic at first is among them. */
const AGE_EDGES = [0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 21_600, 86_400];
/** What a gauge shows where a number is not known: no number of seconds is negative. */
const UNKNOWN = -1;

/** A final that was written. `cause` is null for an asset's ordinary one. */
export interface FinalSeen {
  readonly trafficClass: string;
  readonly cause: string | null;
  readonly receivedAtMs: number;
}

/** What waits for a final, by traffic class and in all. */
export interface BacklogSeen {
  readonly classes: readonly { readonly class: string; readonly waiting: number; readonly oldestMs: number | null }[];
  readonly backlogSeconds: number | null;
}

/** Counts how fresh finals are, and shows what waits for one. */
export class FreshnessMetrics {
  private readonly ages: Histogram;
  private readonly lates: Counter;
  private readonly pending: Gauge;
  private readonly oldest: Gauge;
  private readonly seconds: Gauge;
  private readonly alarm: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    const labelNames = ['class'];
    this.ages = new Histogram({
      name: 'portcullis_freshness_seconds',
      help: 'Age of an asset when its final label was written',
      labelNames,
      buckets: AGE_EDGES,
      registers,
    });
    this.lates = new Counter({
      name: 'portcullis_late_total',
      help: 'Assets without a final at the time it was promised for, and what was done: marked or blocked',
      labelNames: ['class', 'effect'],
      registers,
    });
    const gauge = (name: string, help: string, labels: string[]): Gauge =>
      new Gauge({ name, help, labelNames: labels, registers });
    this.pending = gauge('portcullis_pending_final', 'Assets without a final label', labelNames);
    this.oldest = gauge('portcullis_oldest_pending_seconds', 'Age of the oldest asset without a final', labelNames);
    this.seconds = gauge(
      'portcullis_backlog_seconds',
      'How long what waits takes at the rate of the last minutes; -1 while nothing was labelled in them',
      [],
    );
    this.alarm = gauge(
      'portcullis_oldest_alarm',
      '1 while the oldest asset without a final is older than it may be',
      [],
    );
  }

  /** @param atMs when it was decided, epoch milliseconds */
  finalWritten({ trafficClass, cause, receivedAtMs }: FinalSeen, atMs: number): void {
    // what is labelled again was fresh or stale at its first final
    if (cause === null) this.ages.observe({ class: trafficClass }, Math.max(0, atMs - receivedAtMs) / 1_000);
  }

  late(trafficClass: string, effect: string): void {
    this.lates.inc({ class: trafficClass, effect });
  }

  backlogSeen({ classes, backlogSeconds }: BacklogSeen): void {
    for (const { class: name, waiting, oldestMs } of classes) {
      this.pending.set({ class: name }, waiting);
      this.oldest.set({ class: name }, (oldestMs ?? 0) / 1_000);
    }
    this.seconds.set(backlogSeconds ?? UNKNOWN);
  }

  oldestAlarm(isOn: boolean): void {
    this.alarm.set(isOn ? 1 : 0);
  }
}
