import { expect } from '@jest/globals';
import type { DataSource } from 'typeorm';
import type { Verdict } from '#moderation/words.js';
import { OutboxStore } from '#persistence/outbox-store.js';
import { relay } from '../../apps/batch/bells/relay.js';
import { eventually } from './eventually.js';
import type { HistoryLeases } from './history-leases.js';
import type { BellStep, ModelAsset } from './history-model.js';
import { directly, type Asking } from './history-pause.js';
import type { HistoryQueue } from './history-queue.js';
import type { HistoryUploads } from './history-uploads.js';

const ALL = 10_000;
const SILENT = { bellRung: () => undefined, hurried: () => undefined };
/** A service that has its hands full: it rings for others. */
const FULL = { wake: () => undefined, hasRoom: () => false };

/** The bell in the queue and in the model, side by side, and workers that look at what waits, whether they hear it or not. */
export class HistoryBells {
  private bell: 'silent' | 'rung' | 'held' = 'silent';

  constructor(
    private readonly parts: {
      readonly database: DataSource;
      readonly queue: HistoryQueue;
      readonly uploads: HistoryUploads;
      readonly leases: HistoryLeases;
    },
  ) {}

  /** No other sequence's asset waits any more; what it left in the queue is known. */
  async begin(): Promise<void> {
    for (const table of ['pending_final', 'outbox']) await this.parts.database.query(`DELETE FROM ${table}`);
    const { waiting, held } = await this.parts.queue.jobs();
    this.bell = held > 0 ? 'held' : waiting > 0 ? 'rung' : 'silent';
  }

  async take(step: BellStep): Promise<void> {
    switch (step.do) {
      case 'ring':
        return this.ring();
      case 'pull':
        return this.pull(step);
      case 'wipe queue':
        await this.parts.queue.wipe();
        this.bell = 'silent';
        return this.check();
    }
  }

  /** The relay rings for what was committed. Once, however much that is; not where somebody has heard it and died. */
  async ring(asking: Asking = directly(this.parts.database)): Promise<void> {
    const { database, queue } = this.parts;
    const left = async (): Promise<boolean> =>
      (await database.query<unknown[]>(`SELECT FROM outbox LIMIT 1`)).length > 0;
    const isAny = await left();
    const step = (from: DataSource): Promise<number> =>
      relay(
        { outbox: new OutboxStore(from), pull: FULL, bell: queue.bell, metrics: SILENT, reconciliations: SILENT },
        () => 0,
      )();
    const { again } = await asking(step);
    // a relay whose connection was lost holds its rows for as long as PostgreSQL has not noticed
    await eventually('all is taken', async () => {
      if (await left()) await step(database);
      return !(await left());
    });
    // who took the rows and was not told so has rung for nobody
    if (again && (await queue.jobs()).waiting === 0) return;
    if (isAny && this.bell === 'silent') this.bell = 'rung';
    await this.check();
  }

  /** A worker that hears the bell or looks by itself labels what it gets, or dies with all that it has in hand. */
  async pull({ most, verdict, dies }: { most: number; verdict: Verdict; dies: boolean }): Promise<void> {
    const { queue, leases } = this.parts;
    const job = await queue.take();
    expect(job !== undefined).toBe(this.bell === 'rung');
    if (job !== undefined) this.bell = 'held';
    const tokens = await leases.pull(most);
    if (!dies) {
      for (const token of tokens) await leases.settle(token, { verdict });
      if (job !== undefined) {
        await queue.done(job);
        this.bell = 'silent';
      }
    }
    await this.check();
  }

  /** Every worker dies, and no bell is heard: all that waits has its final. */
  async recover(): Promise<void> {
    await this.parts.leases.expireAll();
    for (const token of await this.parts.leases.pull(ALL)) await this.parts.leases.settle(token, { verdict: 'allow' });
    expect(this.assets.filter(({ pending }) => pending)).toEqual([]);
  }

  private async check(): Promise<void> {
    const expected = { waiting: this.bell === 'rung' ? 1 : 0, held: this.bell === 'held' ? 1 : 0 };
    expect(await this.parts.queue.jobs()).toEqual(expected);
  }

  private get assets(): readonly ModelAsset[] {
    return this.parts.uploads.assets;
  }
}
