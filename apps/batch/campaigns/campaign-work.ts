import { randomUUID } from 'node:crypto';

import { OperationalError } from '#contracts/errors.js';
import { takePage } from '#moderation/campaigns/candidate.js';
import type { AppliedPage, CampaignApplyStore } from '#persistence/campaign-apply-store.js';
import type { CampaignRollbackStore } from '#persistence/campaign-rollback-store.js';
import type { Campaign } from '#persistence/campaign-row.js';
import type { CampaignRunStore, PageDone } from '#persistence/campaign-run-store.js';
import type { CampaignTurnStore } from '#persistence/campaign-turn-store.js';
import type { PolicyStore } from '#persistence/policy-store.js';
import type { CampaignMetrics } from '#telemetry/campaign-metrics.js';
import type { Logger } from '#telemetry/logger.js';

import { judgePage, needsLook, type JudgeParts } from './judge-page.js';

export interface CampaignParts {
  readonly turns: CampaignTurnStore;
  readonly runs: CampaignRunStore;
  readonly applies: CampaignApplyStore;
  readonly rollbacks: CampaignRollbackStore;
  readonly policies: Pick<PolicyStore, 'find'>;
  readonly judging: JudgeParts;
  /** Whether new assets are in hand: they go first. */
  readonly live: { busy(): boolean };
  readonly metrics: CampaignMetrics;
  readonly log: Logger;
  readonly leaseMs: number;
  /** Looks in one page: what a new asset may have to wait for. */
  readonly looksMax: number;
  readonly nowMs?: () => number;
}

/** How soon an order is noticed where nothing was to do. */
const IDLE_MS = 1_000;
/** How soon a campaign looks again whether the heavy tier has time. */
const BUSY_MS = 250;
/** Of the heavy tier's time, what campaigns have however many new assets come: else one would never end. */
const SHARE_MIN = 0.05;
/** A service that begins has new assets of some time to catch up with. */
const PATIENCE_MS = 30_000;
/** A defect is tried again after this: it holds up no other campaign meanwhile. */
const ASIDE_MS = 30_000;
/** Results that one page reads, or one transaction puts in force: it holds their rows for as long. */
const PAGE_MAX = 200;

/** Works on campaigns, a page at a time, when it is this service's turn. Whatever ends it, the next page goes on. */
export class CampaignWork {
  private readonly token = randomUUID();
  /** When the campaign that is under way may look again, by its rate. */
  private next = { id: '', atMs: 0 };
  /** Until when campaigns are left alone that met a defect on their way into force or out of it. */
  private readonly aside = new Map<string, number>();
  private readonly nowMs: () => number;
  /** From when on a page goes though new assets want the model. */
  private patientUntilMs: number;

  constructor(private readonly parts: CampaignParts) {
    this.nowMs = parts.nowMs ?? (() => performance.now());
    this.patientUntilMs = this.nowMs() + PATIENCE_MS;
  }

  /** One page of whatever is to do. @returns milliseconds to rest before the next */
  async step(): Promise<number> {
    const { turns, leaseMs, judging } = this.parts;
    const campaign = await turns.take(this.token, leaseMs, judging.classifier.model.id, this.asideNow());
    if (campaign === undefined) return IDLE_MS;
    const renewal = setInterval(() => void turns.renew(this.token, leaseMs).catch(() => undefined), leaseMs / 3);
    try {
      return await this.work(campaign);
    } finally {
      clearInterval(renewal);
    }
  }

  /** Leaves the turn to another service. */
  release(): Promise<void> {
    return this.parts.turns.release(this.token);
  }

  private async work(campaign: Campaign): Promise<number> {
    const { id, state } = campaign;
    try {
      return await this.page(campaign);
    } catch (error) {
      if (error instanceof OperationalError) throw error;
      const fault = error instanceof Error ? error.message : String(error);
      await this.parts.runs.fail(this.token, id, fault, new Date());
      if (state !== 'running') this.aside.set(id, this.nowMs() + ASIDE_MS);
      throw error;
    }
  }

  private async page(campaign: Campaign): Promise<number> {
    const { applies, rollbacks } = this.parts;
    const { id, state } = campaign;
    if (state === 'applying')
      return this.settled(campaign, await applies.applyPage(this.token, id, PAGE_MAX, Date.now()));
    if (state === 'rolling_back') {
      return this.settled(campaign, await rollbacks.rollbackPage(this.token, id, PAGE_MAX, Date.now()));
    }
    return this.look(campaign);
  }

  /** Ids of the campaigns that are left alone for now. */
  private asideNow(): string[] {
    const nowMs = this.nowMs();
    for (const [id, untilMs] of this.aside) if (untilMs <= nowMs) this.aside.delete(id);
    return [...this.aside.keys()];
  }

  /** Judges a page, unless new assets want the heavy tier and campaigns have had their share. */
  private async look({ id, filter, policyVersion, rateMaxPerSecond, name }: Campaign): Promise<number> {
    const { runs, judging, live, metrics, log, looksMax } = this.parts;
    const beganMs = this.nowMs();
    if (live.busy() && beganMs < this.patientUntilMs) return BUSY_MS;
    // short rests: the turn is kept, and an order is noticed
    if (this.next.id === id && beganMs < this.next.atMs) return Math.min(IDLE_MS, this.next.atMs - beganMs);
    const policy = await this.parts.policies.find(policyVersion ?? 0);
    if (policy === undefined) throw new Error(`policy version ${policyVersion ?? 0} is not there`);
    const modelId = judging.classifier.model.id;
    const page = await runs.page(id, filter, modelId, PAGE_MAX);
    const assets = takePage(page.assets, needsLook, looksMax);
    const whole = assets.length === page.assets.length;
    const done: PageDone = {
      results: await judgePage(assets, policy, judging),
      modelId,
      cursor: whole ? page.scannedTo : (assets.at(-1)?.assetId ?? null),
      end: whole && page.end,
    };
    const endedMs = this.nowMs();
    this.patientUntilMs = endedMs + (endedMs - beganMs) * (1 / SHARE_MIN - 1);
    if (!(await runs.write(this.token, id, done, new Date()))) return IDLE_MS;
    metrics.judged(done.results.map(({ skipped }) => skipped ?? 'judged'));
    if (done.end) log.info({ campaign: id, name }, 'a campaign has judged its last asset');
    const looks = assets.filter(needsLook).length;
    this.next = { id, atMs: rateMaxPerSecond === null ? 0 : beganMs + (looks / rateMaxPerSecond) * 1_000 };
    return 0;
  }

  private settled({ id, name, state }: Campaign, page: AppliedPage | undefined): number {
    if (page === undefined) return IDLE_MS;
    const { metrics, log } = this.parts;
    const transitions = page.settled.map(({ transition }) => transition);
    metrics.settled(state, transitions, page.movedOn);
    if (page.end) log.info({ campaign: id, name, state }, 'a campaign has come to its end');
    return 0;
  }
}
