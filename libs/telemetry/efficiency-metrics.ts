import { Counter, Gauge, type Registry } from 'prom-client';

import { efficiencyOf, type TimeSpent } from '#moderation/capacity/efficiency.js';

interface Sample {
  readonly atMs: number;
  readonly spent: TimeSpent;
}

/** What the gauge speaks of. */
const WINDOW_MS = 300_000;
const NOTHING: TimeSpent = { usefulMs: 0, startupMs: 0, idleMs: 0 };

/** What the batch service makes of the time of its classifier processes, from what really happens to them. */
export class EfficiencyMetrics {
  private readonly seconds: Counter;
  private readonly gauge: Gauge;
  private readonly dispatches: Counter;
  private processes = 0;
  private allocatedMs = 0;
  private usefulMs = 0;
  private startupMs = 0;
  private told = NOTHING;
  private lastMs: number;
  private readonly samples: Sample[];

  constructor(
    registry: Registry,
    private readonly nowMs: () => number = () => performance.now(),
  ) {
    const registers = [registry];
    this.seconds = new Counter({
      name: 'portcullis_batch_process_seconds_total',
      help: 'Time of the heavy classifier processes: useful in runs that ended in labels, startup, and idle',
      labelNames: ['kind'],
      registers,
    });
    this.gauge = new Gauge({
      name: 'portcullis_batch_efficiency',
      help: 'useful / (useful + startup + idle) of the last five minutes',
      registers,
    });
    this.dispatches = new Counter({
      name: 'portcullis_batch_dispatches_total',
      help: 'Why a batch of the heavy tier went',
      labelNames: ['class', 'reason'],
      registers,
    });
    this.lastMs = nowMs();
    this.samples = [{ atMs: this.lastMs, spent: NOTHING }];
  }

  /** From now on so many processes are paid for, whether they run or are being replaced. */
  opened(processes: number): void {
    this.allocate();
    this.processes = processes;
  }

  /** A process became warm after so long. */
  started(ms: number): void {
    this.startupMs += ms;
  }

  /** Runs that ended in labels took so long. */
  useful(ms: number): void {
    this.usefulMs += ms;
  }

  dispatched(trafficClass: string, reason: string): void {
    this.dispatches.inc({ class: trafficClass, reason });
  }

  /** Counts the time since the last call. @returns what the time of the last five minutes was */
  sample(): TimeSpent {
    this.allocate();
    const spent = this.spent();
    this.seconds.inc({ kind: 'useful' }, (spent.usefulMs - this.told.usefulMs) / 1_000);
    this.seconds.inc({ kind: 'startup' }, (spent.startupMs - this.told.startupMs) / 1_000);
    this.seconds.inc({ kind: 'idle' }, (spent.idleMs - this.told.idleMs) / 1_000);
    this.told = spent;
    this.samples.push({ atMs: this.lastMs, spent });
    while (this.samples.length > 1 && (this.samples[1]?.atMs ?? Infinity) <= this.lastMs - WINDOW_MS) {
      this.samples.shift();
    }
    const recent = differenceOf(spent, this.samples[0]?.spent);
    this.gauge.set(efficiencyOf(recent));
    return recent;
  }

  private allocate(): void {
    const nowMs = this.nowMs();
    this.allocatedMs += this.processes * (nowMs - this.lastMs);
    this.lastMs = nowMs;
  }

  /** A run and a start are known when they have ended, so that idle time may turn out to be less: it then waits for more. */
  private spent(): TimeSpent {
    const idleMs = Math.max(this.told.idleMs, this.allocatedMs - this.usefulMs - this.startupMs);
    return { usefulMs: this.usefulMs, startupMs: this.startupMs, idleMs };
  }
}

const differenceOf = (after: TimeSpent, before: TimeSpent | undefined): TimeSpent => ({
  usefulMs: after.usefulMs - (before?.usefulMs ?? 0),
  startupMs: after.startupMs - (before?.startupMs ?? 0),
  idleMs: after.idleMs - (before?.idleMs ?? 0),
});
