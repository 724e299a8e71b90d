import { Counter, type Registry } from 'prom-client';

import type { UsageMinute } from '#moderation/capacity/usage-minute.js';
import type { Tier } from '#moderation/words.js';

import { Flushing } from './flushing.js';
import type { Logger } from './logger.js';
import { steadyNowMs } from './steady-now.js';
import { TierUsage, type TierShape, type UsageTotals } from './tier-usage.js';

export interface UsageMeterOptions {
  readonly registry: Registry;
  /** Keeps what minutes amount to so far; the same minute may come again, with more. */
  readonly store: { write(minutes: readonly UsageMinute[]): Promise<void> };
  readonly log: Pick<Logger, 'warn'>;
  /** Epoch milliseconds of a clock that never goes back. */
  readonly nowMs?: () => number;
}

/** What `kill -9` loses at most. */
const FLUSH_MS = 15_000;

/**
 * What the tiers of this process take: busy and allocated core time, processor time, items; by tier, model version and
 * minute into the database, and as counters.
 */
export class UsageMeter {
  private readonly tiers: TierUsage[] = [];
  private readonly told = new Map<TierUsage, UsageTotals>();
  private readonly seconds: Counter;
  private readonly items: Counter;
  private readonly flushing: Flushing;

  /** Writes from now on, again and again, until it is closed. */
  constructor(private readonly options: UsageMeterOptions) {
    const registers = [options.registry];
    const collect = (): void => this.tell();
    this.seconds = new Counter({
      name: 'portcullis_core_seconds_total',
      help: 'Seconds × cores of classifier processes, by tier and model version: busy, allocated, and cpu as the system counts it',
      labelNames: ['tier', 'model', 'kind'],
      registers,
      collect,
    });
    this.items = new Counter({
      name: 'portcullis_items_total',
      help: 'Images, or views of other callers, that a tier answered, by model version',
      labelNames: ['tier', 'model'],
      registers,
      collect,
    });
    this.flushing = new Flushing({
      write: () => this.writeChanged(),
      onError: (err) => options.log.warn({ err }, 'usage could not be written; it is kept'),
      everyMs: FLUSH_MS,
    });
  }

  /** A tier is opened: from now on so many cores are allocated to it. */
  open(tier: Tier, shape: TierShape): TierUsage {
    const usage = new TierUsage(tier, shape, this.options.nowMs ?? steadyNowMs);
    this.tiers.push(usage);
    return usage;
  }

  /** Writes what has changed. What cannot be written is kept for the next time. */
  flush(): Promise<void> {
    return this.flushing.flush();
  }

  /**
   * Ends every tier's allocation and writes what is left, if the database takes it soon.
   *
   * @param endTiers ends their processes, whose processor time is read for the last time before
   */
  async close(endTiers: () => Promise<void>): Promise<void> {
    this.flushing.stop();
    await this.look();
    await endTiers();
    for (const tier of this.tiers) tier.close();
    await this.flushing.close();
  }

  private async look(): Promise<void> {
    await Promise.all(this.tiers.map((tier) => tier.look()));
  }

  private async writeChanged(): Promise<void> {
    await this.look();
    for (const tier of this.tiers) tier.advance();
    const changes = this.tiers.map((tier) => tier.changed());
    await this.options.store.write(changes.flatMap(({ minutes }) => minutes));
    for (const { written } of changes) written();
  }

  /** Brings the counters up to what the tiers took. */
  private tell(): void {
    for (const usage of this.tiers) {
      const { tier, modelId: model } = usage;
      if (model === undefined) continue;
      usage.advance();
      const { totals } = usage;
      const told = this.told.get(usage) ?? { busyCoreMs: 0, allocatedCoreMs: 0, cpuMs: 0, items: 0 };
      const tellMs = (kind: string, ms: number): void => this.seconds.inc({ tier, model, kind }, ms / 1_000);
      tellMs('busy', totals.busyCoreMs - told.busyCoreMs);
      tellMs('allocated', totals.allocatedCoreMs - told.allocatedCoreMs);
      tellMs('cpu', totals.cpuMs - told.cpuMs);
      this.items.inc({ tier, model }, totals.items - told.items);
      this.told.set(usage, { ...totals });
    }
  }
}
