import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Edges in seconds. */
const AGE_EDGES = [0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 21_600, 86_400];
/** The label of a change that names none. */
const NO_LABEL = 'none';

/** What a decision changed in what is served, and what a rule kept it from changing. Durations in milliseconds. */
export interface Reconciled {
  /** What the change is about; the first one stands for all, so that an asset counts once. */
  readonly labels: readonly string[];
  /** What would have changed, or has. */
  readonly change: string | null;
  readonly heldBy: string | null;
  readonly exposureMs: number | null;
  readonly wrongfulHoldMs: number | null;
}

/** How long the wrong thing may stand, in milliseconds. */
export interface ReconciliationSlos {
  readonly exposureMs: number;
  readonly wrongfulHoldMs: number;
}

/** Measures what the provisional decisions' errors cost, by label, and counts what waits for a human instead. */
export class ReconciliationMetrics {
  private readonly exposure: SloHistogram;
  private readonly wrongfulHold: SloHistogram;
  private readonly holds: Counter;
  private readonly forward: Counter;

  constructor(registry: Registry, slos: ReconciliationSlos) {
    this.exposure = new SloHistogram(registry, 'exposure', 'a late_block was served', slos.exposureMs);
    this.wrongfulHold = new SloHistogram(registry, 'wrongful_hold', 'a late_release was withheld', slos.wrongfulHoldMs);
    this.holds = new Counter({
      name: 'portcullis_transitions_held_total',
      help: 'Changes of what is served that a rule of the policy left to a human',
      labelNames: ['transition', 'rule', 'label'],
      registers: [registry],
    });
    this.forward = new Counter({
      name: 'portcullis_hurried_total',
      help: 'Assets that a late block brought forward',
      registers: [registry],
    });
  }

  hurried(assets: number): void {
    this.forward.inc(assets);
  }

  reconciled({ labels, change, heldBy, exposureMs, wrongfulHoldMs }: Reconciled): void {
    const label = labels[0] ?? NO_LABEL;
    if (exposureMs !== null) this.exposure.observe(label, exposureMs);
    if (wrongfulHoldMs !== null) this.wrongfulHold.observe(label, wrongfulHoldMs);
    if (change !== null && heldBy !== null) this.holds.inc({ transition: change, rule: heldBy, label });
  }
}

/** Seconds by label, with the SLO as an edge of the buckets, and how often it was broken. */
class SloHistogram {
  private readonly seconds: Histogram;
  private readonly breaches: Counter;

  constructor(
    registry: Registry,
    name: string,
    what: string,
    private readonly sloMs: number,
  ) {
    const registers = [registry];
    this.seconds = new Histogram({
      name: `portcullis_${name}_seconds`,
      help: `Seconds ${what}`,
      labelNames: ['label'],
      buckets: [...new Set([...AGE_EDGES, sloMs / 1_000])].sort((a, b) => a - b),
      registers,
    });
    this.breaches = new Counter({
      name: `portcullis_${name}_slo_breaches_total`,
      help: `How often ${what} for longer than its SLO`,
      labelNames: ['label'],
      registers,
    });
    const slo = { name: `portcullis_${name}_slo_seconds`, help: `How long ${what} at most, by its SLO`, registers };
    new Gauge(slo).set(sloMs / 1_000);
  }

  observe(label: string, ms: number): void {
    this.seconds.observe({ label }, ms / 1_000);
    if (ms > this.sloMs) this.breaches.inc({ label });
  }
}
