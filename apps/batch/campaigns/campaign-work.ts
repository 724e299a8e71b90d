import { randomUUID } from 'node:crypto';

import { OperationalError } from '#contracts/errors.js';
import { ClassifierFailed, ClassifierOverloaded, ClassifierUnavailable } from '#inference/classifier/errors.js';
import type { CampaignWait } from '#moderation/campaigns/campaign.js';
import { takePage } from '#moderation/campaigns/candidate.js';
import type { CampaignApplyStore } from '#persistence/campaign-apply-store.js';
import type { CampaignAttemptStore } from '#persistence/campaign-attempt-store.js';
import type { AppliedPage } from '#persistence/campaign-decisions.js';
import type { CampaignRollbackStore } from '#persistence/campaign-rollback-store.js';
import type { Campaign } from '#persistence/campaign-row.js';
import type { CampaignRunStore, ChosenAsset, ChosenPage, PageDone } from '#persistence/campaign-run-store.js';
import type { CampaignTurnStore } from '#persistence/campaign-turn-store.js';
import type { PolicyStore } from '#persistence/policy-store.js';
import { StorageLate } from '#storage/errors.js';
import type { CampaignMetrics } from '#telemetry/campaign-metrics.js';
import type { Logger } from '#telemetry/logger.js';

import { judgePage, needsLook, type JudgedPage, type JudgeParts, type PageTerms } from './judge-page.js';

export interface CampaignParts {
  readonly turns: CampaignTurnStore;
  readonly runs: CampaignRunStore;
  readonly attempts: CampaignAttemptStore;
  readonly applies: CampaignApplyStore;
  readonly rollbacks: CampaignRollbackStore;
  readonly policies: Pick<PolicyStore, 'find'>;
  readonly judging: Omit<JudgeParts, 'others'>;
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
/** What could not be had at all is asked for again by then. */
const AWAY_MS = 5_000;
/** Results that one page reads, or one transaction puts in force: it holds their rows for as long. */
const PAGE_MAX = 200;

/** Works on campaigns, a page at a time, when it is this service's turn. Whatever ends it, the next page goes on. */
export class CampaignWork {
  private readonly token = randomUUID();
  /** Until when campaigns rest that have a rate: another goes on meanwhile. */
  private readonly resting = new Map<string, number>();
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
    const [aside, resting] = [this.notYet(this.aside), this.notYet(this.resting)];
    const campaign = await turns.take(this.token, leaseMs, judging.classifier.model.id, aside, resting);
    if (campaign === undefined) return this.rest(resting);
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
      if (error instanceof OperationalError) {
        await this.noteWait(id, error);
        throw error;
      }
      const fault = error instanceof Error ? error.message : String(error);
      await this.parts.runs.fail(this.token, id, fault, new Date());
      if (state !== 'running') this.aside.set(id, this.nowMs() + ASIDE_MS);
      throw error;
    }
  }

  /** For those who ask why it does not go on. What the database lacks cannot be kept in it. */
  private async noteWait(id: string, error: OperationalError): Promise<void> {
    const what = waitOf(error);
    if (what === undefined) return;
    await this.parts.runs.wait(this.token, id, what, new Date()).catch(() => undefined);
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

  /** Nothing may go on now. Where campaigns rest, the turn is kept: another service knows nothing of their rests. */
  private async rest(resting: readonly string[]): Promise<number> {
    if (resting.length === 0) return IDLE_MS;
    await this.parts.turns.renew(this.token, this.parts.leaseMs);
    const nextMs = Math.min(...this.resting.values()) - this.nowMs();
    return Math.min(IDLE_MS, Math.max(0, nextMs));
  }

  /** Ids of those whose time has not come. */
  private notYet(until: Map<string, number>): string[] {
    const nowMs = this.nowMs();
    for (const [id, untilMs] of until) if (untilMs <= nowMs) until.delete(id);
    return [...until.keys()];
  }

  /** Judges a page, unless new assets want the heavy tier and campaigns have had their share. */
  private async look(campaign: Campaign): Promise<number> {
    const { id, rateMaxPerSecond, name } = campaign;
    const { runs, judging, live, metrics, log, looksMax } = this.parts;
    const beganMs = this.nowMs();
    if (live.busy() && beganMs < this.patientUntilMs) return BUSY_MS;
    const page = await this.nextPage(campaign);
    const terms = { gate: await judging.banks.current(), nowMs: Date.now() };
    const wantsLook = (asset: ChosenAsset): boolean => needsLook(asset, terms);
    const assets = takePage(page.assets, wantsLook, looksMax);
    if (assets.length === 0 && page.end && page.waiting) return IDLE_MS;
    const looks = assets.filter(wantsLook);
    const judged = await this.judge(campaign, { assets, looks }, terms);
    if (judged === undefined) return IDLE_MS;
    const whole = assets.length === page.assets.length;
    const done: PageDone = {
      ...judged,
      modelId: judging.classifier.model.id,
      cursor: whole ? page.scannedTo : (assets.at(-1)?.assetId ?? null),
      end: whole && page.end,
    };
    const endedMs = this.nowMs();
    this.patientUntilMs = endedMs + (endedMs - beganMs) * (1 / SHARE_MIN - 1);
    if (!(await runs.write(this.token, id, done, new Date()))) return IDLE_MS;
    metrics.judged(done.results.map(({ skipped }) => skipped ?? 'judged'));
    for (const { assetId, error } of judged.again) {
      log.warn({ campaign: id, assetId, error }, 'a campaign could not look at an asset, and tries it again');
    }
    if (done.end) log.info({ campaign: id, name }, 'a campaign has reached its last asset');
    if (rateMaxPerSecond !== null) this.resting.set(id, beganMs + (looks.length / rateMaxPerSecond) * 1_000);
    return 0;
  }

  /** What is to be tried again goes first: its time has come. */
  private async nextPage({ id, filter }: Campaign): Promise<ChosenPage> {
    const { runs, judging, looksMax } = this.parts;
    const modelId = judging.classifier.model.id;
    const assets = await runs.retries(id, modelId, looksMax);
    if (assets.length > 0) return { assets, scannedTo: null, end: false, waiting: true };
    return runs.page(id, filter, modelId, PAGE_MAX);
  }

  /** @returns undefined when it is another's turn, or the campaign does not run any more */
  private async judge(
    { id, policyVersion }: Campaign,
    { assets, looks }: { readonly assets: readonly ChosenAsset[]; readonly looks: readonly ChosenAsset[] },
    terms: Omit<PageTerms, 'policy'>,
  ): Promise<JudgedPage | undefined> {
    const { attempts, judging, leaseMs } = this.parts;
    const policy = await this.parts.policies.find(policyVersion ?? 0);
    if (policy === undefined) throw new Error(`policy version ${policyVersion ?? 0} is not there`);
    const begun = looks.map(({ assetId }) => assetId);
    if (!(await attempts.begin(this.token, id, begun, leaseMs))) return undefined;
    try {
      const others = (assetIds: readonly string[]) => attempts.others(id, assetIds);
      return await judgePage(assets, { ...terms, policy }, { ...judging, others });
    } catch (error) {
      // where the database is what is away they are looked at alone, when their time has come
      await attempts.giveBack(this.token, id, begun, AWAY_MS).catch(() => undefined);
      throw error;
    }
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

const TIER_LATE = [ClassifierFailed, ClassifierOverloaded, ClassifierUnavailable];

function waitOf(error: OperationalError): CampaignWait | undefined {
  if (error instanceof StorageLate) return 'bytes';
  return TIER_LATE.some((kind) => error instanceof kind) ? 'heavy_tier' : undefined;
}
