import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

import type { DoorLedger } from './door-ledger.js';

/** Edges in seconds. */
const LATENCY_EDGES = [0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2, 5, 10];
const SIZE_EDGES = [1, 2, 4, 8, 16, 32, 64, 128, 256];

export interface MetricsOptions {
  /** The SLO of a provisional decision, in milliseconds: an edge of the latency buckets, so that what holds it can be counted. */
  readonly sloMs?: number;
  /** Hears the same of uploads, and keeps it by the minute. */
  readonly door?: Pick<DoorLedger, 'answered' | 'shed' | 'took'>;
}

/** What the fast tier's queue looks like at the moment of a scrape. */
export interface FastTierGauges {
  readonly pending: number;
  readonly limit: number;
  readonly overloaded: boolean;
  readonly capacityPerSecond: number;
  /** p95 of a batch, in milliseconds, by batch size. */
  readonly serviceMs: Readonly<Record<number, number>>;
}

/** What a service counts: one method a business event, no other way in. */
export class Metrics {
  readonly registry = new Registry();

  private readonly uploads = this.counter('portcullis_uploads_total', 'Uploads answered', ['outcome']);
  private readonly provisional = this.counter('portcullis_provisional_total', 'Provisional decisions', [
    'verdict',
    'source',
    'class',
  ]);
  private readonly stages: Histogram;
  private readonly inferStages: Histogram;
  private readonly sheds = this.counter(
    'portcullis_sheds_total',
    'Uploads and views the fast tier did not judge for want of time',
    ['where', 'reason'],
  );
  private readonly fastBatches = this.histogram(
    'portcullis_fast_batch_size',
    'Images per call of the fast tier',
    [],
    SIZE_EDGES,
  );
  private readonly dispatches = this.counter('portcullis_fast_dispatches_total', 'Why a batch of the fast tier began', [
    'reason',
  ]);
  private readonly busy = this.counter('portcullis_worker_busy_seconds_total', 'Time in classifier processes', [
    'tier',
  ]);
  private readonly bankHits = this.counter('portcullis_bank_hits_total', 'Assets whose hash a bank knows', [
    'tier',
    'kind',
    'match',
  ]);
  private readonly fastPending = this.gauge('portcullis_fast_pending', 'Uploads that wait for the fast tier');
  private readonly fastLimit = this.gauge('portcullis_fast_limit', 'Uploads that may wait, by SLO and service times');
  private readonly fastOverloaded = this.gauge('portcullis_fast_overloaded', '1 while the wait does not go away');
  private readonly fastCapacity = this.gauge(
    'portcullis_fast_capacity_per_second',
    'Uploads a second, by service times',
  );
  private readonly fastService = this.gauge(
    'portcullis_fast_service_seconds',
    'p95 of a batch of uploads in a process',
    ['batch'],
  );
  private readonly remoteLimits = this.gauge(
    'portcullis_remote_limit',
    'Requests that may be under way at a tier on another server, by its latency',
    ['tier'],
  );
  private readonly plan = this.gauge('portcullis_plan', 'What the fast tier runs on, as it was measured best', [
    'what',
  ]);
  private readonly banksAge = this.gauge('portcullis_banks_age_seconds', 'Since the banks were last read');
  private readonly finals = this.counter('portcullis_final_total', 'Machine finals by transition', ['transition']);
  private readonly humanDecisions = this.counter('portcullis_human_decisions_total', 'Decisions of moderators', [
    'verdict',
    'transition',
  ]);
  private readonly batches = this.histogram('portcullis_batch_size', 'Assets per heavy batch', [], SIZE_EDGES);
  private readonly retries = this.counter('portcullis_heavy_retries_total', 'Assets given back for another try', []);
  private readonly deadLetters = this.counter('portcullis_dead_letters_total', 'Work that ended without success', []);
  private readonly rung = this.counter('portcullis_bells_total', 'Wake-ups handed to the queue', []);
  private readonly classifiers = this.counter('portcullis_classifier_events_total', 'Classifier processes', ['event']);

  private readonly door: MetricsOptions['door'];

  constructor({ sloMs, door }: MetricsOptions = {}) {
    this.door = door;
    collectDefaultMetrics({ register: this.registry });
    const slo = sloMs === undefined ? [] : [sloMs / 1_000];
    const edges = [...new Set([...LATENCY_EDGES, ...slo])].sort((a, b) => a - b);
    this.stages = this.histogram(
      'portcullis_upload_seconds',
      'An accepted upload by stage: receive, queue, decode, inference, store, total',
      ['stage'],
      edges,
    );
    this.inferStages = this.histogram(
      'portcullis_infer_seconds',
      'Views of a caller of /v2 that got their scores, by stage: queue, inference, total',
      ['stage'],
      edges,
    );
    if (sloMs !== undefined)
      this.gauge('portcullis_slo_seconds', 'The SLO of a provisional decision').set(sloMs / 1_000);
  }

  uploadAnswered(outcome: string): void {
    this.uploads.inc({ outcome });
    this.door?.answered(outcome);
  }

  provisionalDecided(verdict: string, source: string, trafficClass: string): void {
    this.provisional.inc({ verdict, source, class: trafficClass });
  }

  /** @param stages milliseconds by stage */
  uploadTook(stages: Readonly<Record<string, number>>): void {
    for (const [stage, ms] of Object.entries(stages)) this.stages.observe({ stage }, ms / 1_000);
    this.door?.took(stages);
  }

  /** Views of a caller of the Open Inference Protocol got their scores. @param stages milliseconds by stage */
  inferTook(stages: Readonly<Record<'queue' | 'inference' | 'total', number>>): void {
    for (const [stage, ms] of Object.entries(stages)) this.inferStages.observe({ stage }, ms / 1_000);
  }

  /** @param where `door` before an upload's body was read, `queue` after; `oip` for callers of the Open Inference Protocol */
  shed(where: 'door' | 'queue' | 'oip', reason: string): void {
    this.sheds.inc({ where, reason });
    this.door?.shed(where, reason);
  }

  fastDispatched(reason: string, size: number): void {
    this.dispatches.inc({ reason });
    this.fastBatches.observe(size);
  }

  workerBusy(tier: string, ms: number): void {
    this.busy.inc({ tier }, ms / 1_000);
  }

  bankHit(tier: string, kind: string, match: string): void {
    this.bankHits.inc({ tier, kind, match });
  }

  banksRead(ageMs: number): void {
    this.banksAge.set(ageMs / 1_000);
  }

  fastTierSeen({ pending, limit, overloaded, capacityPerSecond, serviceMs }: FastTierGauges): void {
    this.fastPending.set(pending);
    this.fastLimit.set(limit);
    this.fastOverloaded.set(overloaded ? 1 : 0);
    this.fastCapacity.set(capacityPerSecond);
    for (const [batch, ms] of Object.entries(serviceMs)) this.fastService.set({ batch }, ms / 1_000);
  }

  remoteLimit(tier: 'fast' | 'heavy', inFlight: number): void {
    this.remoteLimits.set({ tier }, inFlight);
  }

  /** @param choice numbers by what they are: workers, threads, batch, capacity */
  planned(choice: Readonly<Record<string, number>>): void {
    for (const [what, value] of Object.entries(choice)) this.plan.set({ what }, value);
  }

  finalWritten(transition: string): void {
    this.finals.inc({ transition });
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

  bellRung(): void {
    this.rung.inc();
  }

  classifierEvent(event: string): void {
    this.classifiers.inc({ event });
  }

  private counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  private gauge(name: string, help: string, labelNames: string[] = []): Gauge {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  private histogram(name: string, help: string, labelNames: string[], buckets: number[]): Histogram {
    return new Histogram({ name, help, labelNames, buckets, registers: [this.registry] });
  }
}
