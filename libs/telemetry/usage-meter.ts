import { Counter, type Registry } from 'prom-client';

import type { UsageMinute } from '#moderation/capacity/usage-minute.js';
import type { Tier } from '#moderation/words.js';

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
/** The end of a service does not wait longer for its last minutes. */
const CLOSE_MS_MAX = 5_000;

/**
 * What the tiers of this process take: busy and allocated core time, processor time, items; by tier, model version and
 * minute into the database, and as counters.
 */
export class UsageMeter {
  private readonly tiers: TierUsage[] = [];
  private readonly told = new Map<TierUsage, UsageTotals>();
  private readonly seconds: Counter;
  private readonly items: Counter;
  private readonly timer: NodeJS.Timeout;
  private last: Promise<void> = Promise.resolve();
  private underWay = 0;

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
    this.timer = setInterval(() => {
      if (this.underWay === 0) void this.flush();
    }, FLUSH_MS);
    this.timer.unref();
  }

  /** A tier is opened: from now on so many cores are allocated to it. */
  open(tier: Tier, shape: TierShape): TierUsage {
    const usage = new TierUsage(tier, shape, this.options.nowMs ?? steadyNowMs);
    this.tiers.push(usage);
    return usage;
  }

  /** Writes what has changed. What cannot be written is kept for the next time. */
  flush(): Promise<void> {
    this.underWay += 1;
    this.last = this.last
      .then(() => this.writeChanged())
      .catch((error: unknown) => this.options.log.warn({ err: error }, 'usage could not be written; it is kept'))
      .finally(() => (this.underWay -= 1));
    return this.last;
  }

  /**
   * Ends every tier's allocation and writes what is left, if the database takes it soon.
   *
   * @param endTiers ends their processes, whose processor time is read for the last time before
   */
  async close(endTiers: () => Promise<void>): Promise<void> {
    clearInterval(this.timer);
    await this.look();
    await endTiers();
    for (const tier of this.tiers) tier.close();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_MS_MAX)));
    await Promise.race([this.flush(), late]);
    clearTimeout(timer);
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
