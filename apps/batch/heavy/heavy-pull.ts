import { randomUUID } from 'node:crypto';

import { OperationalError } from '#contracts/errors.js';
import type { DispatchReason } from '#inference/batching/batch-collector.js';
import { departureOf, heldMax, type Schedules } from '#moderation/capacity/batch-schedule.js';
import { BatchTurns, type Turn } from '#moderation/capacity/batch-turns.js';
import type { TrafficClass } from '#moderation/words.js';
import type { LeasedAsset, PendingFinalStore, Waiting } from '#persistence/pending-final-store.js';
import type { HeavyListener } from '#queue/heavy.processor.js';
import type { EfficiencyMetrics } from '#telemetry/efficiency-metrics.js';
import type { Logger } from '#telemetry/logger.js';

import { repeat, type Wakeable } from '../repeat.js';
import { tryAgain } from '../try-again.js';
import type { BatchPace } from './batch-pace.js';
import type { LabelBatch } from './label-batch.js';

export interface PullParts {
  readonly labelBatch: Pick<LabelBatch, 'run'>;
  readonly pending: Pick<PendingFinalStore, 'leaseFresh' | 'leaseTried' | 'waiting'>;
  readonly pace: Pick<BatchPace, 'note' | 'service'>;
  readonly metrics: Pick<EfficiencyMetrics, 'dispatched'>;
  readonly log: Pick<Logger, 'warn'>;
  /** Whether a batch that is leased now could begin. */
  readonly isReady: () => boolean;
  readonly leaseMs: number;
  /** Batches that are labelled at the same time. */
  readonly batchesMax: number;
  /** Without a wake-up too it looks so often. */
  readonly lookMs: number;
}

/** What is away for all assets alike is not asked for anew before that. */
const AWAY_MS = 1_000;
/** So many batches in a row may end by a defect, which may be one of theirs; then it rests, longer each time. */
const DEFECTS_MAX = 4;
const DEFECTS_REST_MS_MAX = 60_000;
/** A timer is late by up to this: nobody may be late for a deadline by it. */
const TIMER_GRAIN_MS = 1;

/** What of a class may go without company, and why. */
interface Released {
  readonly count: number;
  readonly reason: DispatchReason;
}

const NOTHING: Released = { count: 0, reason: 'full' };

/**
 * Leases batches of one class as their schedules let them go, and has them labelled. It asks the database what waits,
 * when somebody wakes it, when a batch has ended, when one is to go, and every so often: no wake-up needs to be heard. What
 * was tried before is looked at alone, one at a time, and takes the room of a whole process.
 */
export class HeavyPull implements HeavyListener {
  private readonly turns = new BatchTurns();
  /** By the tokens of their leases. */
  private readonly inHand = new Map<string, Promise<void>>();
  private released: Readonly<Record<TrafficClass, Released>> = everyClass(NOTHING);
  private loop: Wakeable | undefined;
  private isAlone = false;
  private leaving = false;
  private awayUntilMs = -Infinity;
  /** Batches in a row that ended by one. */
  private defects = 0;

  constructor(
    private readonly parts: PullParts,
    private schedules: Schedules,
  ) {}

  start(): void {
    this.loop ??= repeat(() => this.look(), tryAgain(this.parts.log, 'heavy pull'));
  }

  /** Begins nothing more. Resolves when what is in hand is done. */
  async stop(): Promise<void> {
    this.leaving = true;
    await this.loop?.stop();
    await Promise.all(this.inHand.values());
  }

  /** There may be something to do. */
  wake(): void {
    this.loop?.wake();
  }

  hear(): void {
    this.wake();
  }

  fault(error: Error): void {
    this.parts.log.warn({ err: error }, 'the queue reports a fault');
  }

  /** Whether a batch is in hand. */
  busy(): boolean {
    return this.inHand.size > 0;
  }

  /** Whether it would take a batch now. */
  hasRoom(): boolean {
    return !this.leaving && this.parts.isReady() && this.room() > 0 && performance.now() >= this.awayUntilMs;
  }

  /** From now on batches go by these. What waits goes at once: it came under another rule. */
  follow(schedules: Schedules): void {
    this.schedules = schedules;
    this.released = everyClass({ count: Infinity, reason: 'drain' });
    this.wake();
  }

  /** Begins all that may. @returns milliseconds until the next look */
  private async look(): Promise<number> {
    const { pending, lookMs } = this.parts;
    let restMs = lookMs;
    for (let begun = true; begun && this.hasRoom();) {
      const waiting = await pending.waiting(this.countedMax(), [...this.inHand.keys()]);
      const departures = waiting.map((of) => this.departure(of));
      restMs = Math.min(lookMs, ...departures.map(({ inMs }) => inMs));
      const turn = this.turns.next(
        departures.map(({ of, inMs }) => ({ ...of, fresh: inMs <= 0, tried: of.tried && !this.isAlone })),
      );
      begun = turn !== undefined && (await this.begin(turn));
    }
    return restMs > 0 ? restMs : lookMs;
  }

  /** Leases what has its turn. @returns false where others were quicker, or room for one that goes alone has yet to come */
  private async begin({ trafficClass, take }: Turn): Promise<boolean> {
    const { pending, metrics, leaseMs, batchesMax } = this.parts;
    if (take === 'tried' && this.room() < Math.min(2, batchesMax)) return false;
    const lease = { token: randomUUID(), ms: leaseMs };
    const isAlone = take === 'tried';
    const leased = isAlone
      ? await pending.leaseTried(trafficClass, lease, [...this.inHand.keys()])
      : await pending.leaseFresh(trafficClass, this.schedules[trafficClass].sizeMax, lease);
    if (leased.length === 0) return false;
    if (isAlone) metrics.dispatched(trafficClass, 'alone');
    else {
      const { count, reason } = this.released[trafficClass];
      metrics.dispatched(trafficClass, reason);
      this.release(trafficClass, { count: Math.max(0, count - leased.length), reason });
    }
    this.isAlone ||= isAlone;
    const running = this.label(leased, lease.token).finally(() => {
      if (isAlone) this.isAlone = false;
      this.inHand.delete(lease.token);
      this.wake();
    });
    this.inHand.set(lease.token, running);
    return true;
  }

  private async label(leased: readonly LeasedAsset[], token: string): Promise<void> {
    const begunMs = performance.now();
    try {
      await this.parts.labelBatch.run(leased, token);
      this.parts.pace.note(leased.length, performance.now() - begunMs);
      this.defects = 0;
    } catch (error) {
      this.awayUntilMs = performance.now() + this.restMsAfter(error);
      this.parts.log.warn({ err: error, assets: leased.length }, 'a batch was not labelled');
    }
  }

  /** A defect that ends every batch would have all that waits tried to death. */
  private restMsAfter(error: unknown): number {
    if (error instanceof OperationalError) return AWAY_MS;
    this.defects += 1;
    const over = this.defects - DEFECTS_MAX;
    return over < 0 ? 0 : Math.min(DEFECTS_REST_MS_MAX, AWAY_MS * 2 ** over);
  }

  /** In how many milliseconds a batch of a class goes: 0 for now; Infinity where something else must come first. */
  private departure(of: Waiting): { readonly of: Waiting; readonly inMs: number } {
    const { trafficClass, count, hurried } = of;
    const released = this.released[trafficClass];
    if (hurried) this.release(trafficClass, { count, reason: 'drain' });
    else this.release(trafficClass, { ...released, count: Math.min(count, released.count) });
    if (count === 0) return { of, inMs: Infinity };
    if (this.released[trafficClass].count > 0) return { of, inMs: 0 };
    const nowMs = performance.now();
    const assets = { count, oldestMs: nowMs - of.oldestMs, finalByMs: nowMs + of.leftMs };
    const goes = departureOf(this.schedules[trafficClass], assets, this.parts.pace.service());
    const inMs = goes.atMs - nowMs;
    if (inMs > 0 && !(goes.reason === 'deadline' && inMs < TIMER_GRAIN_MS)) return { of, inMs };
    this.release(trafficClass, goes);
    return { of, inMs: 0 };
  }

  private release(of: TrafficClass, released: Released): void {
    this.released = { ...this.released, [of]: released };
  }

  /** An asset that is looked at alone has the room of two batches: whatever becomes of it, no other batch meets it. */
  private room(): number {
    return this.parts.batchesMax - this.inHand.size - (this.isAlone ? 1 : 0);
  }

  private countedMax(): Readonly<Record<TrafficClass, number>> {
    const { urgent, normal, bulk } = this.schedules;
    return { urgent: heldMax(urgent), normal: heldMax(normal), bulk: heldMax(bulk) };
  }
}

const everyClass = <T>(value: T): Record<TrafficClass, T> => ({ urgent: value, normal: value, bulk: value });
