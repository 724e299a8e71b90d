import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import type { DataSource } from 'typeorm';
import type { Preprocessing } from '#contracts/prepared-image.js';
import type { RecordWhat } from '#moderation/campaigns/candidate.js';
import type { Verdict } from '#moderation/words.js';
import { CampaignApplyStore } from '#persistence/campaign-apply-store.js';
import { CampaignRollbackStore } from '#persistence/campaign-rollback-store.js';
import { CampaignRunStore, type CampaignResult } from '#persistence/campaign-run-store.js';
import { CampaignStore } from '#persistence/campaign-store.js';
import { CampaignTurnStore } from '#persistence/campaign-turn-store.js';
import { ModelVersionStore } from '#persistence/model-version-store.js';
import { PolicyStore } from '#persistence/policy-store.js';
import { pick, type ModelAsset, type Step } from './history-model.js';

const HOUR_MS = 3_600_000;
/** Small, so that there are several pages. */
const PAGE = 2;
const MODEL = 'model/1.0.0';

/** What a campaign found out about one asset. */
interface Found {
  readonly asset: ModelAsset;
  readonly before: { readonly revision: number; readonly verdict: Verdict; readonly served: boolean };
  readonly verdict: Verdict;
  /** A revision came of it. */
  isApplied?: boolean;
  /** The label closed the asset's dead letter. */
  hasClosed?: boolean;
  /** A human had yet to look at what stood before. */
  hadCase?: boolean;
}

interface ModelCampaign {
  readonly id: string;
  readonly record: RecordWhat;
  readonly found: readonly Found[];
  state: 'done' | 'applied' | 'rolled_back';
}

/** Campaigns in the stores and in the model, side by side. */
export class HistoryCampaigns {
  private readonly made: ModelCampaign[] = [];
  private readonly token = randomUUID();

  constructor(private readonly database: DataSource) {}

  /** What campaigns refer to, and none left at work by a sequence that failed. */
  static async prepare(database: DataSource): Promise<void> {
    const manifest = { classes: ['a'], preprocessing: PREPROCESSING };
    await new ModelVersionStore(database).register({
      id: MODEL,
      sha256: 'cd'.repeat(32),
      labels: ['neutral'],
      manifest,
    });
    await database.query(`UPDATE campaign_turn SET token = NULL, expires_at = NULL`);
    await database.query(
      `UPDATE campaign SET state = 'discarded' WHERE state IN ('running', 'applying', 'rolling_back')`,
    );
  }

  /** A campaign from its draft to its end: it says the same of every asset that it may judge. */
  async judge(assets: readonly ModelAsset[], { verdict, record }: Extract<Step, { do: 'campaign' }>): Promise<void> {
    const now = new Date();
    const campaigns = new CampaignStore(this.database);
    const draft = { name: 'test', note: null, filter: EVERYTHING, record, rateMaxPerSecond: null, createdBy: 'test' };
    const { id } = await campaigns.create(draft, assets.length, now);
    await this.order(id, 'start');
    const found = assets
      .filter(({ stage, locked, pending, erased }) => stage === 'final' && !locked && !pending && !erased)
      .map((asset) => ({
        asset,
        before: { revision: asset.standing, verdict: asset.verdict, served: asset.served },
        verdict,
      }));
    const done = { results: found.map(resultOf), modelId: MODEL, cursor: null, end: true };
    expect(await new CampaignRunStore(this.database).write(this.token, id, done, now)).toBe(true);
    await new CampaignTurnStore(this.database).release(this.token);
    this.made.push({ id, record, found, state: 'done' });
  }

  async apply(turn: number): Promise<void> {
    const campaign = this.in('done', turn);
    if (campaign === undefined) return;
    await this.order(campaign.id, 'apply');
    const store = new CampaignApplyStore(this.database);
    await this.toTheEnd(() => store.applyPage(this.token, campaign.id, PAGE, Date.now()));
    campaign.state = 'applied';
    for (const one of campaign.found) {
      const { asset, before, verdict } = one;
      const isRecorded = campaign.record === 'all' || verdict !== before.verdict;
      if (!isRecorded || asset.erased || asset.pending || asset.standing !== before.revision) continue;
      one.hadCase = asset.inReview;
      asset.change(verdict, campaign.id);
      one.isApplied = true;
      one.hasClosed = asset.letterOpen;
      asset.letterOpen = false;
    }
  }

  async rollBack(turn: number): Promise<void> {
    const campaign = this.in('applied', turn);
    if (campaign === undefined) return;
    await this.order(campaign.id, 'rollback');
    const store = new CampaignRollbackStore(this.database);
    await this.toTheEnd(() => store.rollbackPage(this.token, campaign.id, PAGE, Date.now()));
    campaign.state = 'rolled_back';
    for (const { asset, isApplied = false, hasClosed = false, hadCase = false } of campaign.found) {
      if (!isApplied || asset.erased || !asset.takeBack(campaign.id)) continue;
      asset.letterOpen ||= hasClosed;
      asset.inReview ||= hadCase;
    }
  }

  private in(state: ModelCampaign['state'], turn: number): ModelCampaign | undefined {
    return pick(
      this.made.filter((campaign) => campaign.state === state),
      turn,
    );
  }

  private async order(id: string, step: 'start' | 'apply' | 'rollback'): Promise<void> {
    const { version } = await new PolicyStore(this.database).live();
    const stepped = await new CampaignStore(this.database).step(id, step, 'test', new Date(), version);
    expect(stepped).toMatchObject({ kind: 'stepped' });
    const turns = new CampaignTurnStore(this.database);
    expect(await turns.take(this.token, HOUR_MS, MODEL)).toMatchObject({ id });
  }

  private async toTheEnd(page: () => Promise<{ readonly end: boolean } | undefined>): Promise<void> {
    for (let end = false; !end;) {
      const done = await page();
      if (done === undefined) throw new Error("the campaign's turn is lost");
      ({ end } = done);
    }
    await new CampaignTurnStore(this.database).release(this.token);
  }
}

const PREPROCESSING: Preprocessing = {
  size: 224,
  resize: 'bilinear-align-corners',
  framesScoredMax: 1,
  backgrounds: ['white'],
};

const EVERYTHING = {
  receivedFrom: null,
  receivedBefore: '2100-01-01T00:00:00Z',
  modelId: null,
  policyVersion: null,
  label: null,
  verdict: null,
  clientId: null,
  trafficClass: null,
};

const resultOf = ({ asset, before, verdict }: Found): CampaignResult => ({
  asset: { assetId: asset.id, ...before },
  skipped: null,
  detail: null,
  judgement: { verdict, band: null, source: 'heavy', reasons: [] },
  match: null,
  classification: null,
  margin: 0,
  label: null,
});
