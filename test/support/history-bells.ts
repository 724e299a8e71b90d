import { expect } from '@jest/globals';
import type { DataSource } from 'typeorm';
import type { Verdict } from '#moderation/words.js';
import { OutboxStore } from '#persistence/outbox-store.js';
import { PendingFinalStore } from '#persistence/pending-final-store.js';
import { jobIdOf, readJobId } from '#queue/job-id.js';
import { reclaimStep } from '../../apps/batch/bells/reclaim.js';
import { relayStep } from '../../apps/batch/bells/relay.js';
import { sweepStep } from '../../apps/batch/bells/sweeper.js';
import { eventually } from './eventually.js';
import type { HistoryLeases } from './history-leases.js';
import type { BellStep, ModelAsset } from './history-model.js';
import { directly, type Asking } from './history-pause.js';
import type { HistoryQueue } from './history-queue.js';
import type { HistoryUploads } from './history-uploads.js';

const HOUR_MS = 3_600_000;
const OPTIONS = { dueMs: HOUR_MS, sweepMs: HOUR_MS, attemptsMax: 3 };
/** How long a bell is overdue: by so little that the queue may well hold it, or by so much that it is rung whatever it holds. */
const OVERDUE_S = { soon: 1, long: 11 * 3_600 };
const ALL = 10_000;
const SILENT = { bellsRung: () => undefined, hurried: () => undefined };

/** Bells of assets in the queue and in the model, side by side: what waits to be heard, and what is in a worker's hands. */
export class HistoryBells {
  private readonly waiting = new Set<string>();
  /** In hands that let go of nothing any more: their workers died. */
  private readonly held = new Set<string>();
  private readonly pending: PendingFinalStore;

  constructor(
    private readonly parts: {
      readonly database: DataSource;
      readonly queue: HistoryQueue;
      readonly uploads: HistoryUploads;
      readonly leases: HistoryLeases;
    },
  ) {
    this.pending = new PendingFinalStore(parts.database);
  }

  /** No other sequence's asset waits any more; what it left in the queue is known. */
  async begin(): Promise<void> {
    for (const table of ['pending_final', 'outbox']) await this.parts.database.query(`DELETE FROM ${table}`);
    const { waiting, held } = await this.parts.queue.jobs();
    for (const id of waiting) this.waiting.add(id);
    for (const id of held) this.held.add(id);
  }

  async take(step: BellStep): Promise<void> {
    switch (step.do) {
      case 'ring':
        return this.ring();
      case 'sweep':
        return this.sweep(step.overdue);
      case 'hear':
        return this.hear(step);
      case 'wipe queue':
        return this.wipe();
    }
  }

  /** The relay rings for all that was committed. */
  async ring(asking: Asking = directly(this.parts.database)): Promise<void> {
    const { database, queue } = this.parts;
    const rows = await database.query<{ id: string }[]>(`SELECT asset_id AS id FROM outbox`);
    const relay = (from: DataSource): Promise<number> =>
      relayStep({ outbox: new OutboxStore(from), bell: queue.bell, metrics: SILENT, reconciliations: SILENT });
    await asking(relay);
    // a relay whose connection was lost holds its rows for as long as PostgreSQL has not noticed
    await eventually('all is rung', async () => {
      const left = await database.query<unknown[]>(`SELECT FROM outbox`);
      if (left.length > 0) await relay(database);
      return left.length === 0;
    });
    for (const { id } of rows) this.add(id, 0);
    await this.check();
  }

  /** Time passes for the bells of all that nobody holds; then the reclaimer and the sweeper look. */
  async sweep(overdue: 'soon' | 'long'): Promise<void> {
    const free = this.assets.filter(({ mayBeLeased }) => mayBeLeased);
    await this.parts.database.query(
      `UPDATE pending_final SET due_at = now() - $2 * interval '1 second' WHERE asset_id = ANY ($1)`,
      [free.map(({ id }) => id), OVERDUE_S[overdue]],
    );
    const { bell } = this.parts.queue;
    await reclaimStep({ pending: this.pending, bell, metrics: SILENT }, OPTIONS);
    const isForsaken = ({ id, lease }: ModelAsset): boolean =>
      this.numberHeld(id) !== undefined || (overdue === 'soon' && lease !== null);
    const forsaken = new Set(free.filter(isForsaken));
    for (const { id } of forsaken) this.add(id, (this.numberHeld(id) ?? -1) + 1);

    await sweepStep(this.pending, bell, SILENT, OPTIONS);
    const pending = this.assets.filter((asset) => asset.pending);
    const known = this.waiting.size + pending.filter(({ id }) => this.numberHeld(id) !== undefined).length;
    if (overdue === 'long' || known < pending.length) {
      for (const asset of free) if (!forsaken.has(asset)) this.add(asset.id, 0);
    }
    await this.check();
  }

  /** A worker hears some bells and labels what it gets of their assets, or dies with all that it has in hand. */
  async hear({ most, verdict, dies }: { most: number; verdict: Verdict; dies: boolean }): Promise<void> {
    const { queue, leases } = this.parts;
    const jobs = await queue.take(most);
    expect(jobs).toHaveLength(Math.min(most, this.waiting.size));
    for (const { id = '' } of jobs) {
      expect(this.waiting.delete(id)).toBe(true);
      this.held.add(id);
    }
    const heard = new Set(jobs.map(({ data }) => data.assetId));
    const token = await leases.take(this.assets.filter(({ id }) => heard.has(id)));
    if (!dies) {
      await leases.settle(token, { verdict });
      for (const job of jobs) {
        await queue.done(job);
        this.held.delete(job.id ?? '');
      }
    }
    await this.check();
  }

  /** Every worker dies, time passes, and nobody does anything: all that waits has its final. */
  async recover(): Promise<void> {
    await this.parts.leases.expireAll();
    await this.ring();
    await this.sweep('long');
    await this.hear({ most: ALL, verdict: 'allow', dies: false });
    expect(this.assets.filter(({ pending }) => pending)).toEqual([]);
  }

  private async wipe(): Promise<void> {
    await this.parts.queue.wipe();
    this.waiting.clear();
    this.held.clear();
    await this.check();
  }

  private async check(): Promise<void> {
    const [waiting, held] = [this.waiting, this.held].map((ids) => [...ids].sort());
    expect(await this.parts.queue.jobs()).toEqual({ waiting, held });
  }

  private add(assetId: string, beside: number): void {
    const id = jobIdOf({ assetId, beside });
    if (!this.held.has(id)) this.waiting.add(id);
  }

  /** The highest number among an asset's jobs in hand. */
  private numberHeld(assetId: string): number | undefined {
    const numbers = [...this.held].map(readJobId).flatMap((job) => (job?.assetId === assetId ? job.beside : []));
    return numbers.length === 0 ? undefined : Math.max(...numbers);
  }

  private get assets(): readonly ModelAsset[] {
    return this.parts.uploads.assets;
  }
}
