import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Edges in seconds; .3 is the default SLO of a provisional decision. */
const LATENCY_EDGES = [0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2, 5, 10];
const AGE_EDGES = [0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 21_600, 86_400];

/** What a service counts: one method a business event, no other way in. */
export class Metrics {
  readonly registry = new Registry();

  private readonly uploads = this.counter('portcullis_uploads_total', 'Uploads answered', ['outcome']);
  private readonly provisional = this.counter('portcullis_provisional_total', 'Provisional decisions', [
    'verdict',
    'source',
    'class',
  ]);
  private readonly stages = this.histogram(
    'portcullis_upload_seconds',
    'An accepted upload by stage: receive, queue, decode, inference, store, total',
    ['stage'],
    LATENCY_EDGES,
  );
  private readonly finals = this.counter('portcullis_final_total', 'Machine finals by transition', ['transition']);
  private readonly freshness = this.histogram(
    'portcullis_freshness_seconds',
    'Age of an asset when its final label was written',
    [],
    AGE_EDGES,
  );
  private readonly exposure = this.histogram(
    'portcullis_exposure_seconds',
    'Seconds a late_block was served',
    [],
    AGE_EDGES,
  );
  private readonly wrongfulHold = this.histogram(
    'portcullis_wrongful_hold_seconds',
    'Seconds a late_release was withheld',
    [],
    AGE_EDGES,
  );
  private readonly humanDecisions = this.counter('portcullis_human_decisions_total', 'Decisions of moderators', [
    'verdict',
    'transition',
  ]);
  private readonly batches = this.histogram(
    'portcullis_batch_size',
    'Assets per heavy batch',
    [],
    [1, 2, 4, 8, 16, 32, 64, 128, 256],
  );
  private readonly retries = this.counter('portcullis_heavy_retries_total', 'Assets given back for another try', []);
  private readonly deadLetters = this.counter('portcullis_dead_letters_total', 'Work that ended without success', []);
  private readonly rung = this.counter('portcullis_bells_total', 'Jobs handed to the queue', ['by']);
  private readonly classifiers = this.counter('portcullis_classifier_events_total', 'Classifier processes', ['event']);
  private readonly pending = this.gauge('portcullis_pending_final', 'Assets without a final label');
  private readonly oldest = this.gauge('portcullis_oldest_pending_seconds', 'Age of the oldest asset without a final');

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  uploadAnswered(outcome: string): void {
    this.uploads.inc({ outcome });
  }

  provisionalDecided(verdict: string, source: string, trafficClass: string): void {
    this.provisional.inc({ verdict, source, class: trafficClass });
  }

  /** @param stages milliseconds by stage */
  uploadTook(stages: Readonly<Record<string, number>>): void {
    for (const [stage, ms] of Object.entries(stages)) this.stages.observe({ stage }, ms / 1_000);
  }

  finalWritten(transition: string, ageMs: number, exposureMs: number | null, wrongfulHoldMs: number | null): void {
    this.finals.inc({ transition });
    this.freshness.observe(ageMs / 1_000);
    if (exposureMs !== null) this.exposure.observe(exposureMs / 1_000);
    if (wrongfulHoldMs !== null) this.wrongfulHold.observe(wrongfulHoldMs / 1_000);
  }

  humanDecided(verdict: string, transition: string): void {
    this.humanDecisions.inc({ verdict, transition });
  }

  batchSettled(assets: number): void {
    this.batches.observe(assets);
  }

  givenBack(): void {
    this.retries.inc();
  }

  deadLettered(): void {
    this.deadLetters.inc();
  }

  bellsRung(by: 'relay' | 'sweeper', count: number): void {
    this.rung.inc({ by }, count);
  }

  classifierEvent(event: string): void {
    this.classifiers.inc({ event });
  }

  backlogSeen(pending: number, oldestMs: number): void {
    this.pending.set(pending);
    this.oldest.set(oldestMs / 1_000);
  }

  private counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  private gauge(name: string, help: string): Gauge {
    return new Gauge({ name, help, registers: [this.registry] });
  }

  private histogram(name: string, help: string, labelNames: string[], buckets: number[]): Histogram {
    return new Histogram({ name, help, labelNames, buckets, registers: [this.registry] });
  }
}
