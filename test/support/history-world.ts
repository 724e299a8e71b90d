import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { uuidv7 } from 'uuidv7';
import { historyFaults } from '#moderation/check-history.js';
import type { Verdict } from '#moderation/words.js';
import { FinalStore } from '#persistence/final-store.js';
import { HistoryStore } from '#persistence/history-store.js';
import { LatenessStore } from '#persistence/lateness-store.js';
import { PendingFinalStore } from '#persistence/pending-final-store.js';
import { PolicyStore } from '#persistence/policy-store.js';
import { HistoryBatches } from './history-batches.js';
import { HistoryCampaigns } from './history-campaigns.js';
import { HistoryIngest } from './history-ingest.js';
import { pick, type ModelAsset, type Step } from './history-model.js';
import { HistoryPeople } from './history-people.js';
import { resultOf } from './history-rows.js';
import { HistoryUploads } from './history-uploads.js';

const HOUR_MS = 3_600_000;
/** More than a test makes. */
const ALL = 10_000;
/** What a worker that is not interrupted labels in one go. */
const ASSETS_AT_ONCE = 4;

/** The stores and the model, side by side: each step is taken in both, and what it says must agree. */
export class HistoryWorld {
  /** Every lease there ever was: a worker that was presumed dead still knows its own. */
  private readonly tokens: string[] = [];
  /** Ids are ordered in time: this world's come after it. */
  private readonly start = uuidv7();
  private readonly uploads: HistoryUploads;
  private readonly pending: PendingFinalStore;
  private readonly finals: FinalStore;
  private readonly policies: PolicyStore;
  private readonly campaigns: HistoryCampaigns;
  private readonly people: HistoryPeople;
  private readonly batches: HistoryBatches;
  private readonly folder: HistoryIngest;

  constructor(
    private readonly database: DataSource,
    clientId: string,
  ) {
    this.uploads = new HistoryUploads(database, clientId);
    this.batches = new HistoryBatches(database, clientId, this.uploads);
    this.folder = new HistoryIngest(database, clientId, this.uploads, this.start);
    this.pending = new PendingFinalStore(database);
    this.finals = new FinalStore(database);
    this.policies = new PolicyStore(database);
    this.campaigns = new HistoryCampaigns(database);
    this.people = new HistoryPeople(database);
  }

  /** What other sequences left under way is ended. */
  static async prepare(database: DataSource): Promise<void> {
    await HistoryCampaigns.prepare(database);
    await HistoryBatches.prepare(database);
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case 'upload':
        await this.uploads.accept(step, step.key === null ? null : `${this.start} ${step.key}`);
        return;
      case 'write file':
        this.folder.writeFile(step.name);
        return;
      case 'ingest':
        return this.folder.run(step.verdict, step.diesAfter);
      case 'lease':
        return this.lease(step.most);
      case 'settle':
        return this.settle(step.turn, step.verdict);
      case 'label':
        await this.lease(ASSETS_AT_ONCE);
        return this.settle(0, step.verdict, step.dies);
      case 'die':
        return this.settle(step.turn, 'review', true);
      case 'decide':
        return this.people.decide(this.assets, step);
      case 'expire':
      case 'give back':
      case 'hand back':
        return this.endLease(step.do, step.turn);
      case 'resubmit':
      case 'discard':
        return this.people.closeLetter(this.assets, step.do, step.turn);
      case 'campaign':
        return this.campaigns.judge(this.assets, step);
      case 'apply':
        return this.campaigns.apply(step.turn);
      case 'roll back':
        return this.campaigns.rollBack(step.turn);
      case 'publish':
        return this.people.publish();
      case 'pass the promise':
        await new LatenessStore(this.database).markLate(ALL);
        for (const asset of this.assets) asset.passPromise();
        return;
      case 'batch':
      case 'take items':
      case 'hand in':
      case 'lose items':
      case 'cancel batch':
      case 'end batches':
        return this.batches.take(step, this.start);
    }
  }

  /** Every asset is as the model has it, and every batch and ingest; no history breaks an invariant. */
  async check(): Promise<void> {
    await Promise.all([this.batches.check(), this.folder.check(), this.people.check(this.assets)]);
    const histories = new HistoryStore(this.database);
    const page = await histories.page(this.start, ALL);
    expect(page.map(({ assetId }) => assetId)).toEqual(this.assets.map(({ id }) => id));
    for (const [index, recorded] of page.entries()) {
      const { stage, verdict, served, transition, revisions, pending, inReview } = recorded;
      const seen = { stage, verdict, served, transition, revisions, pending, inReview };
      expect({ faults: historyFaults(recorded), seen }).toEqual({ faults: [], seen: this.assets[index]?.seen });
    }
    expect(await this.attempts()).toEqual(
      this.assets.filter(({ pending }) => pending).map(({ id, attempts }) => ({ id, attempts })),
    );
  }

  /** A worker asks for some assets, whether they are to be had or not. */
  private async lease(most: number): Promise<void> {
    const token = randomUUID();
    this.tokens.push(token);
    const wanted = this.assets.slice(-most);
    const free = wanted.filter(({ mayBeLeased }) => mayBeLeased);
    const leased = await this.pending.lease(
      wanted.map(({ id }) => id),
      token,
      HOUR_MS,
    );
    for (const asset of free) asset.leaseTo(token);
    expect(leased.map(({ assetId, attempts }) => ({ id: assetId, attempts })).sort(byId)).toEqual(
      free.map(({ id, attempts }) => ({ id, attempts })),
    );
  }

  /** A worker writes what it found out about every asset there is; only those it holds may change. */
  private async settle(turn: number, verdict: Verdict, dies = false): Promise<void> {
    const token = pick(this.tokens, turn);
    if (token === undefined) return;
    const { version } = await this.policies.live();
    const results = this.assets.map(({ id }) => resultOf(id, { verdict, policyVersion: version, dies }));
    const settled = await this.finals.settle(token, results, Date.now());
    const held = this.heldUnder(token);
    expect(settled.map(({ assetId }) => assetId).sort()).toEqual(held.map(({ id }) => id));
    for (const asset of held) {
      if (dies) asset.die();
      else asset.settle(verdict);
    }
  }

  private async endLease(how: 'expire' | 'give back' | 'hand back', turn: number): Promise<void> {
    const token = pick(this.tokens, turn);
    if (token === undefined) return;
    const held = this.heldUnder(token);
    const ids = this.assets.map(({ id }) => id);
    if (how === 'give back') await this.pending.giveBack(ids, token, 0, 'it failed');
    if (how === 'hand back') await this.pending.handBack(token, 0);
    if (how === 'expire') {
      const passed = `UPDATE pending_final SET lease_expires_at = now() - interval '1 second' WHERE lease_token = $1`;
      await this.database.query(passed, [token]);
    }
    for (const asset of held) {
      if (how === 'hand back') asset.attempts -= 1;
      asset.lease = how === 'expire' ? { token, live: false } : null;
    }
  }

  private get assets(): readonly ModelAsset[] {
    return this.uploads.assets;
  }

  private heldUnder(token: string): ModelAsset[] {
    return this.assets.filter(({ pending, lease }) => pending && lease?.token === token);
  }

  private attempts(): Promise<unknown> {
    return this.database.query(
      `SELECT asset_id AS id, attempts FROM pending_final WHERE asset_id = ANY ($1) ORDER BY asset_id`,
      [this.assets.map(({ id }) => id)],
    );
  }
}

const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);
