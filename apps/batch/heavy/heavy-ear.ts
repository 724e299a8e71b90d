import type { HeavyJob } from '#contracts/heavy-job.js';
import { BatchCollector, type DispatchReason } from '#inference/batching/batch-collector.js';
import { DeadlineLine, type Promised } from '#inference/batching/deadline-line.js';
import type { WaitingLine } from '#inference/batching/waiting-line.js';
import { bellsMax, departureOf, type Departure, type Schedules } from '#moderation/capacity/batch-schedule.js';
import { TRAFFIC_CLASSES, type TrafficClass } from '#moderation/words.js';
import type { Deadline, DeadlineStore } from '#persistence/deadline-store.js';
import type { PendingFinalStore } from '#persistence/pending-final-store.js';
import type { HeavyListener } from '#queue/heavy.processor.js';
import type { EfficiencyMetrics } from '#telemetry/efficiency-metrics.js';
import type { Logger } from '#telemetry/logger.js';

import type { BatchPace } from './batch-pace.js';
import type { LabelBatch } from './label-batch.js';
import { ReadTogether } from './read-together.js';

/** An asset whose bell was heard, until its batch is done with it. */
interface Heard extends Promised {
  readonly assetId: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface EarParts {
  readonly labelBatch: Pick<LabelBatch, 'run'>;
  readonly deadlines: Pick<DeadlineStore, 'find'>;
  readonly pending: Pick<PendingFinalStore, 'putOff'>;
  /** An asset is rung for again this long after it was last rung for, or heard of. */
  readonly dueMs: number;
  readonly pace: Pick<BatchPace, 'note' | 'service'>;
  readonly metrics: Pick<EfficiencyMetrics, 'dispatched'>;
  readonly log: Pick<Logger, 'warn'>;
  /** Batches that are labelled at the same time. */
  readonly batchesMax: number;
}

/** Of `dueMs`: what is rung for again sooner is put off when it is heard, and all the rest in time for the first of them. */
const SOON = 1 / 2;
const PUT_OFF_EVERY = 1 / 3;
/** Without a window too, the bells of one turn of the event loop go together. */
const WAIT_MS_MIN = 1;

/**
 * Hears bells one by one and labels their assets in batches of one class, each by its class's schedule; where there is
 * no room for a batch, the first to go is of the most urgent class. What a bell does not say, the class and the deadline,
 * is read from the database: the queue's copy could be old. An asset is in the ear once, however often it is rung for.
 */
export class HeavyEar implements HeavyListener {
  private readonly collectors: ReadonlyMap<TrafficClass, BatchCollector<Heard>>;
  private readonly deadlines;
  private readonly assets = new Set<string>();
  private heardSoFar = 0;
  private running = 0;
  private leaving = false;

  constructor(
    private readonly parts: EarParts,
    private schedules: Schedules,
  ) {
    this.deadlines = new ReadTogether((assetIds) => this.deadlinesOf(assetIds));
    this.collectors = new Map(TRAFFIC_CLASSES.map((of) => [of, this.collect(of)]));
  }

  /** How many bells it hears at once. */
  get bellsMax(): number {
    return bellsMax(this.schedules, this.parts.batchesMax);
  }

  /**
   * From now on batches go by these. What waits goes at once: it came under another rule, and a worker that holds all the
   * bells it may hears of its new number only when one of them is done.
   */
  follow(schedules: Schedules): void {
    this.schedules = schedules;
    for (const collector of this.collectors.values()) collector.release();
  }

  /**
   * Resolves when the batch is done with the asset, or nothing is left to do, as where the asset is in the ear already;
   * rejects with what the batch says of it.
   */
  async hear({ assetId }: HeavyJob): Promise<void> {
    this.heardSoFar += 1;
    const arrivedAtMs = performance.now();
    const deadline = await this.deadlines.of(assetId);
    if (deadline === undefined) return;
    const collector = this.collectors.get(deadline.trafficClass);
    if (collector === undefined) throw new Error(`the class ${deadline.trafficClass} has no batches`);
    const finalByMs = performance.now() + deadline.leftMs;
    if (this.assets.has(assetId)) {
      if (deadline.hurried) collector.release();
      return;
    }
    this.assets.add(assetId);
    const done = new Promise<void>((resolve, reject) => {
      collector.add({ assetId, arrivedAtMs, finalByMs, resolve, reject });
      if (this.leaving || deadline.hurried) collector.release();
    });
    await done.finally(() => this.assets.delete(assetId));
  }

  /**
   * A step that keeps what was heard of, and is not labelled yet, from being rung for again. The step returns
   * milliseconds to rest. Not in a worker that leaves: others may have it.
   */
  async putOff(): Promise<number> {
    const { pending, dueMs } = this.parts;
    if (this.assets.size > 0 && !this.leaving) await pending.putOff([...this.assets], dueMs);
    return dueMs * PUT_OFF_EVERY;
  }

  fault(error: Error): void {
    this.parts.log.warn({ err: error }, 'the queue reports a fault');
  }

  /** No more bells will come: what waits for company goes now. */
  drain(): void {
    this.leaving = true;
    for (const collector of this.collectors.values()) collector.drain();
  }

  /** Lets others be rung at once for what was heard of and not begun: this process ends. */
  async release(): Promise<void> {
    if (this.assets.size > 0) await this.parts.pending.putOff([...this.assets], 0);
  }

  /** How many bells it has heard so far. */
  heard(): number {
    return this.heardSoFar;
  }

  /** Whether a batch is in hand. What waits for company is no work: a worker that hears nothing beside it is deaf. */
  busy(): boolean {
    return this.running > 0;
  }

  /** In a long backlog an asset is heard of long after it was rung for: others would take it for forsaken. */
  private async deadlinesOf(assetIds: readonly string[]): Promise<ReadonlyMap<string, Deadline>> {
    const { deadlines, pending, dueMs } = this.parts;
    const found = await deadlines.find(assetIds);
    const soon = [...found.values()].filter(({ dueInMs }) => dueInMs < dueMs * SOON).map(({ assetId }) => assetId);
    if (soon.length > 0) await pending.putOff(soon, dueMs);
    return found;
  }

  private collect(of: TrafficClass): BatchCollector<Heard> {
    return new BatchCollector<Heard>({
      line: new DeadlineLine(),
      sizeMax: () => this.schedules[of].sizeMax,
      windowMs: 0,
      departure: (waiting) => this.departure(of, waiting),
      room: () => this.parts.batchesMax - this.running,
      dispatch: (heard, reason) => void this.label(of, heard, reason),
      nowMs: () => performance.now(),
    });
  }

  private departure(of: TrafficClass, waiting: WaitingLine<Heard>): Departure {
    const { mode, sizeMax, waitMs } = this.schedules[of];
    let [oldestMs, finalByMs] = [Infinity, Infinity];
    for (const heard of waiting) {
      oldestMs = Math.min(oldestMs, heard.arrivedAtMs);
      finalByMs = Math.min(finalByMs, heard.finalByMs);
    }
    const schedule = { mode, sizeMax, waitMs: Math.max(WAIT_MS_MIN, waitMs) };
    return departureOf(schedule, { count: waiting.size, oldestMs, finalByMs }, this.parts.pace.service());
  }

  private async label(of: TrafficClass, heard: readonly Heard[], reason: DispatchReason): Promise<void> {
    const { labelBatch, metrics, pace } = this.parts;
    this.running += 1;
    metrics.dispatched(of, reason);
    const begunMs = performance.now();
    try {
      const failures = await labelBatch.run(heard.map(({ assetId }) => assetId));
      pace.note(heard.length, performance.now() - begunMs);
      for (const { assetId, resolve, reject } of heard) {
        const failure = failures.get(assetId);
        if (failure === undefined) resolve();
        else reject(failure);
      }
    } catch (error) {
      for (const { reject } of heard) reject(error);
    } finally {
      this.running -= 1;
      for (const collector of this.collectors.values()) collector.pump();
    }
  }
}
