import { expect } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { uuidv7 } from 'uuidv7';
import { historyFaults } from '#moderation/check-history.js';
import { ErasureStore } from '#persistence/erasure-store.js';
import { HistoryStore } from '#persistence/history-store.js';
import { LatenessStore } from '#persistence/lateness-store.js';
import { HistoryBatches } from './history-batches.js';
import { HistoryBells } from './history-bells.js';
import { HistoryCampaigns } from './history-campaigns.js';
import { HistoryIngest } from './history-ingest.js';
import { HistoryLeases } from './history-leases.js';
import { pick, type ModelAsset, type PauseStep, type Step } from './history-model.js';
import type { PausedDatabase } from './history-pause.js';
import { HistoryPeople } from './history-people.js';
import type { HistoryQueue } from './history-queue.js';
import { HistoryUploads } from './history-uploads.js';

/** More than a test makes. */
const ALL = 10_000;
/** What a worker that is not interrupted labels in one go. */
const ASSETS_AT_ONCE = 4;

export interface HistoryParts {
  readonly database: DataSource;
  readonly clientId: string;
  readonly queue: HistoryQueue;
  readonly paused: PausedDatabase;
}

/** The stores and the model, side by side: each step is taken in both, and what it says must agree. */
export class HistoryWorld {
  /** Ids are ordered in time: this world's come after it. */
  private readonly start = uuidv7();
  private readonly uploads: HistoryUploads;
  private readonly leases: HistoryLeases;
  private readonly bells: HistoryBells;
  private readonly campaigns: HistoryCampaigns;
  private readonly people: HistoryPeople;
  private readonly batches: HistoryBatches;
  private readonly folder: HistoryIngest;
  private readonly database: DataSource;

  private constructor(private readonly parts: HistoryParts) {
    const { database, clientId, queue } = parts;
    this.database = database;
    this.uploads = new HistoryUploads(database, clientId);
    this.leases = new HistoryLeases(database, this.uploads);
    this.bells = new HistoryBells({ database, queue, uploads: this.uploads, leases: this.leases });
    this.batches = new HistoryBatches(database, clientId, this.uploads);
    this.folder = new HistoryIngest(database, clientId, this.uploads, this.start);
    this.campaigns = new HistoryCampaigns(database);
    this.people = new HistoryPeople(database);
  }

  /** What other sequences left under way is ended. */
  static async begin(parts: HistoryParts): Promise<HistoryWorld> {
    await HistoryCampaigns.prepare(parts.database);
    await HistoryBatches.prepare(parts.database);
    const world = new HistoryWorld(parts);
    await world.bells.begin();
    return world;
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case 'upload':
        await this.uploads.accept(step, step.key === null ? null : this.keyOf(step.key));
        return;
      case 'write file':
        this.folder.writeFile(step.name);
        return;
      case 'ingest':
        return this.folder.run(step.verdict, step.diesAfter);
      case 'lease':
        await this.leases.take(this.assets.slice(-step.most));
        return;
      case 'settle':
        return this.leases.settle(this.leases.token(step.turn), step);
      case 'label':
        return this.leases.settle(await this.leases.take(this.assets.slice(-ASSETS_AT_ONCE)), step);
      case 'die':
        return this.leases.settle(this.leases.token(step.turn), { verdict: 'review', dies: true });
      case 'decide':
        return this.people.decide(this.assets, step);
      case 'expire':
      case 'give back':
      case 'hand back':
        return this.leases.end(step.do, this.leases.token(step.turn));
      case 'resubmit':
      case 'discard':
        return this.people.closeLetter(this.assets, step.do, step.turn);
      case 'campaign':
        return this.campaigns.judge(this.assets, step);
      case 'apply':
        return this.campaigns.apply(step.turn);
      case 'roll back':
        return this.campaigns.rollBack(step.turn);
      case 'undo':
        return this.people.undo(this.assets, step.turn);
      case 'erase':
        return this.erase(step.turn);
      case 'bytes are late':
        return this.leases.putOff(this.leases.token(step.turn), step.counts);
      case 'bytes come':
        return this.leases.bringBack();
      case 'publish':
        return this.people.publish();
      case 'pass the promise':
        await new LatenessStore(this.database).markLate(ALL);
        for (const asset of this.assets) asset.passPromise();
        return;
      case 'pause PostgreSQL':
        return this.pause(step);
      case 'ring':
      case 'pull':
      case 'wipe queue':
        return this.bells.take(step);
      case 'batch':
      case 'take items':
      case 'hand in':
      case 'lose items':
      case 'cancel batch':
      case 'end batches':
        return this.batches.take(step, this.start);
    }
  }

  /**
   * Every asset is as the model has it, and every batch and ingest; no history breaks an invariant. Then all workers die,
   * and each asset that waits has its final without anybody's doing.
   */
  async check(): Promise<void> {
    await Promise.all([this.batches.check(), this.folder.check(), this.people.check(this.assets)]);
    await this.checkAssets();
    await this.bells.recover();
    await this.checkAssets();
  }

  private async checkAssets(): Promise<void> {
    const histories = new HistoryStore(this.database);
    const page = await histories.page(this.start, ALL);
    expect(page.map(({ assetId }) => assetId)).toEqual(this.assets.map(({ id }) => id));
    for (const [index, recorded] of page.entries()) {
      const { stage, verdict, served, transition, revisions, pending, inReview } = recorded;
      const seen = { stage, verdict, served, transition, revisions, pending, inReview };
      expect({ faults: historyFaults(recorded), seen }).toEqual({ faults: [], seen: this.assets[index]?.seen });
    }
    await this.leases.check();
  }

  /** An asset's client erases it, once or twice. */
  private async erase(turn: number): Promise<void> {
    const asset = pick(this.assets, turn);
    if (asset === undefined) return;
    const outcome = await new ErasureStore(this.database).erase(asset.id, { cause: 'client', by: 'test' });
    expect(outcome).toBe(asset.erased ? 'already_erased' : 'erased');
    asset.erase();
    this.batches.forget(asset.id);
    this.folder.forget(asset.id);
  }

  /** PostgreSQL is away in the middle of what somebody does, who does it again where nothing is known of it. */
  private async pause(step: PauseStep): Promise<void> {
    const asking = this.parts.paused.asking(step);
    switch (step.during) {
      case 'upload':
        await this.uploads.accept({ ...step, ifLate: 'block', overdue: false }, this.keyOf(step.key), {}, asking);
        return;
      case 'settle':
        return this.leases.settle(this.leases.token(step.turn), step, asking);
      case 'decide':
        return this.people.decide(this.assets, step, asking);
      case 'ring':
        return this.bells.ring(asking);
    }
  }

  private keyOf(short: number): string {
    return `${this.start} ${short}`;
  }

  private get assets(): readonly ModelAsset[] {
    return this.uploads.assets;
  }
}
