import { randomUUID } from 'node:crypto';

import type { DispatchReason } from '#inference/batching/batch-collector.js';
import { departureOf, heldMax, type Schedules } from '#moderation/capacity/batch-schedule.js';
import { BatchTurns, type Turn } from '#moderation/capacity/batch-turns.js';
import type { TrafficClass } from '#moderation/words.js';
import type { LeasedAsset, PendingFinalStore, Waiting } from '#persistence/pending-final-store.js';
import { repeat, type Wakeable } from '#persistence/repeat.js';
import type { HeavyListener } from '#queue/heavy.processor.js';
import type { EfficiencyMetrics } from '#telemetry/efficiency-metrics.js';
import type { Logger } from '#telemetry/logger.js';

import { tryAgain } from '../try-again.js';
import type { BatchPace } from './batch-pace.js';
import { BatchRests } from './batch-rests.js';
import type { Hold, LabelBatch } from './label-batch.js';

export interface PullParts {
  readonly labelBatch: Pick<LabelBatch, 'run' | 'handBackOwed'>;
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

/** A timer is late by up to this: nobody may be late for a deadline by it. */
const TIMER_GRAIN_MS = 1;

/** What of a class may go without company, and why. */
interface Released {
  readonly count: number;
  readonly reason: DispatchReason;
}

const NOTHING: Released = { count: 0, reason: 'full' };

/** What came of a turn: `held`: others had locked all that it was about; `no room`: for one that goes alone, yet. */
type Begun = 'begun' | 'held' | 'no room';

/**
 * Leases batches of one class as their schedules let them go, and has them labelled. It asks the database what waits,
 * when somebody wakes it, when a batch has ended, when one is to go, and every so often: no wake-up needs to be heard. What
 * failed, or what workers have died over more than once, is looked at alone, one at a time, and takes the room of a whole
 * process.
 */
export class HeavyPull implements HeavyListener {
  private readonly turns = new BatchTurns();
  /** By the tokens of their leases. */
  private readonly inHand = new Map<string, Promise<void>>();
  private released: Readonly<Record<TrafficClass, Released>> = everyClass(NOTHING);
  private loop: Wakeable | undefined;
  private isAlone = false;
  private leaving = false;
  private readonly rests = new BatchRests();

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
    return !this.leaving && this.parts.isReady() && this.room() > 0 && this.rests.isOver(performance.now());
  }

  /** From now on batches go by these. What waits goes at once: it came under another rule. */
  follow(schedules: Schedules): void {
    this.schedules = schedules;
    this.released = everyClass({ count: Infinity, reason: 'drain' });
    this.wake();
  }

  /** Begins all that may: where others hold what has its turn, the next has it. @returns milliseconds until the next look */
  private async look(): Promise<number> {
    const { pending, labelBatch, lookMs } = this.parts;
    await labelBatch.handBackOwed();
    const held = new Set<string>();
    const isHeld = (of: TrafficClass, take: Turn['take']): boolean => held.has(`${of} ${take}`);
    let restMs = lookMs;
    while (this.hasRoom()) {
      const waiting = await pending.waiting(this.countedMax(), [...this.inHand.keys()]);
      const departures = waiting.map((of) => this.departure(of));
      restMs = Math.min(lookMs, ...departures.map(({ inMs }) => inMs).filter((ms) => ms > 0));
      const ready = departures.map(({ of: { trafficClass, tried }, inMs }) => ({
        trafficClass,
        fresh: inMs <= 0 && !isHeld(trafficClass, 'fresh'),
        tried: tried && !this.isAlone && !isHeld(trafficClass, 'tried'),
      }));
      const turn = this.turns.next(ready);
      if (turn === undefined) break;
      const begun = await this.begin(turn);
      // it keeps its turn, and nothing else begins before it
      if (begun === 'no room') break;
      if (begun === 'begun') this.turns.had(turn, ready);
      else held.add(`${turn.trafficClass} ${turn.take}`);
    }
    return restMs;
  }

  /** Leases what has its turn, and has it labelled. */
  private async begin({ trafficClass, take }: Turn): Promise<Begun> {
    const { pending, metrics, leaseMs, batchesMax } = this.parts;
    if (take === 'tried' && this.room() < Math.min(2, batchesMax)) return 'no room';
    const lease = { token: randomUUID(), ms: leaseMs };
    const isAlone = take === 'tried';
    const leased = isAlone
      ? await pending.leaseTried(trafficClass, lease, [...this.inHand.keys()])
      : await pending.leaseFresh(trafficClass, this.schedules[trafficClass].sizeMax, lease, [...this.inHand.keys()]);
    if (leased.length === 0) return 'held';
    if (isAlone) metrics.dispatched(trafficClass, 'alone');
    else {
      const { count, reason } = this.released[trafficClass];
      metrics.dispatched(trafficClass, reason);
      this.release(trafficClass, { count: Math.max(0, count - leased.length), reason });
    }
    this.isAlone ||= isAlone;
    const running = this.label(leased, { token: lease.token, isAlone }).finally(() => {
      if (isAlone) this.isAlone = false;
      this.inHand.delete(lease.token);
      this.wake();
    });
    this.inHand.set(lease.token, running);
    return 'begun';
  }

  private async label(leased: readonly LeasedAsset[], hold: Hold): Promise<void> {
    const begunMs = performance.now();
    try {
      await this.parts.labelBatch.run(leased, hold);
      this.parts.pace.note(leased.length, performance.now() - begunMs);
      this.rests.went();
    } catch (error) {
      this.rests.failed(error, performance.now());
      this.parts.log.warn({ err: error, assets: leased.length }, 'a batch was not labelled');
    }
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
