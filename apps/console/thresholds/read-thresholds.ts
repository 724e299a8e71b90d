import type { Price } from '#contracts/cost-answer.js';
import { Problem } from '#contracts/problems.js';
import type { HeavyLoad, ThresholdAnswer } from '#contracts/threshold-answer.js';
import type { ThresholdQuery } from '#contracts/threshold-query.js';
import type { PolicyDocument, Thresholds } from '#moderation/policy.js';
import { labelStatistics } from '#moderation/statistics/label-statistics.js';
import { policyLoad } from '#moderation/statistics/policy-load.js';
import type { PolicyStore } from '#persistence/policy-store.js';
import type { ReplayStore } from '#persistence/replay-store.js';
import type { ScoreStore, ScoreWindow } from '#persistence/score-store.js';
import type { UsageStore } from '#persistence/usage-store.js';

import { scoreWindow } from '../replay/score-window.js';
import type { Sampled, SampleScores } from './sample-scores.js';

const DAY_MS = 86_400_000;
/** A window of a minute says nothing about a day. */
const DAYS_MIN = 1 / 24;

export interface ThresholdParts {
  readonly samples: Pick<SampleScores, 'read'>;
  readonly scores: Pick<ScoreStore, 'firstReceived'>;
  readonly policies: Pick<PolicyStore, 'findLive'>;
  readonly clients: Pick<ReplayStore, 'clientId'>;
  readonly usage: Pick<UsageStore, 'sum'>;
  readonly price: Price;
  readonly nowMs: () => number;
}

/** Tells what thresholds would do, by stored scores. */
export class ReadThresholds {
  constructor(private readonly parts: ThresholdParts) {}

  /**
   * @param mayReadCosts whether the caller is told money
   * @throws Problem `not-found` while no policy is live; `invalid-request` for thresholds that cross, a window that is none or
   *   too long, or an unknown client; `overloaded`
   */
  async read(query: ThresholdQuery, mayReadCosts: boolean): Promise<ThresholdAnswer> {
    const { label, tier } = query;
    const policyNow = await this.parts.policies.findLive();
    if (policyNow === undefined) throw new Problem('not-found', 'No policy is live: draft one and publish it.');
    const { version, document } = policyNow;
    const live = document.thresholds[label][tier];
    const thresholds = wanted(query, live);
    const window = await scoreWindow(query, this.parts.clients, this.parts.nowMs());
    const sampled = await this.parts.samples.read(keyOf(query), window);
    const { sample, truncated } = sampled;
    const { from, before } = window;
    const sinceMs = await this.sinceMs(window, sampled);
    const days = Math.max(DAYS_MIN, (before.getTime() - sinceMs) / DAY_MS);
    const policy = policyLoad(sample.columns, replaced(document, query, thresholds));
    const assets = sample.columns.count;
    const perDay = { assets: assets / days, uncertain: policy.uncertain / days };
    const heavy = await this.heavy(new Date(sinceMs), before, perDay, mayReadCosts);
    return {
      ...{ label, tier, thresholds, live, liveVersion: version },
      ...{ receivedFrom: from.toISOString(), receivedBefore: before.toISOString() },
      ...{ assets, truncated, days, heavy, policy },
      statistics: labelStatistics(sample, label, tier, thresholds),
      reviewsPerDay: policy.final.review / days,
    };
  }

  /** When a sample begins: before the first asset of all there was no quiet time. */
  private async sinceMs({ from, before, clientId }: ScoreWindow, { truncated, oldestMs }: Sampled): Promise<number> {
    const first = truncated ? oldestMs : (await this.parts.scores.firstReceived(clientId))?.getTime();
    return Math.min(before.getTime(), Math.max(from.getTime(), first ?? 0));
  }

  /** Today every asset gets a heavy look; the busy time of the tier, divided by what it answered, tells what one takes. */
  private async heavy(
    from: Date,
    until: Date,
    perDay: { readonly assets: number; readonly uncertain: number },
    mayReadCosts: boolean,
  ): Promise<HeavyLoad> {
    const { usage, price } = this.parts;
    const used = (await usage.sum(from, until)).filter(({ tier }) => tier === 'heavy');
    const items = used.reduce((sum, one) => sum + one.items, 0);
    const busyMs = used.reduce((sum, one) => sum + one.busyCoreMs, 0);
    const secondsPerAsset = items > 0 ? busyMs / items / 1_000 : null;
    const seconds = (assets: number): number | null => (secondsPerAsset === null ? null : assets * secondsPerAsset);
    const cost = (ofSeconds: number | null): number | null =>
      ofSeconds === null || !mayReadCosts ? null : (ofSeconds / 3_600) * price.perCoreHour;
    const [all, uncertain] = [seconds(perDay.assets), seconds(perDay.uncertain)];
    return {
      secondsPerAsset,
      secondsPerDay: all,
      secondsPerDayIfUncertainOnly: uncertain,
      costPerDay: cost(all),
      costPerDayIfUncertainOnly: cost(uncertain),
      currency: price.currency,
    };
  }
}

function wanted({ clearBelow, blockFrom }: ThresholdQuery, live: Thresholds): Thresholds {
  const thresholds = { clearBelow: clearBelow ?? live.clearBelow, blockFrom: blockFrom ?? live.blockFrom };
  if (thresholds.clearBelow <= thresholds.blockFrom) return thresholds;
  throw new Problem('invalid-request', '`clearBelow` must not exceed `blockFrom`.');
}

const replaced = (
  document: PolicyDocument,
  { label, tier }: ThresholdQuery,
  thresholds: Thresholds,
): PolicyDocument => ({
  ...document,
  thresholds: { ...document.thresholds, [label]: { ...document.thresholds[label], [tier]: thresholds } },
});

const keyOf = ({ receivedFrom, receivedBefore, client }: ThresholdQuery): string =>
  JSON.stringify([receivedFrom ?? null, receivedBefore ?? null, client ?? null]);
