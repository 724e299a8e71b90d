import type { Price } from '#contracts/cost-answer.js';
import { Problem } from '#contracts/problems.js';
import type { HeavyLoad, ModelShare, ThresholdAnswer, ThresholdPreview } from '#contracts/threshold-answer.js';
import type { ThresholdPreviewBody, ThresholdQuery } from '#contracts/threshold-query.js';
import type { PolicyDocument, Thresholds } from '#moderation/policy.js';
import type { LabelSample, ModelCounts } from '#moderation/statistics/label-sample.js';
import { histogramOf, labelFigures } from '#moderation/statistics/label-statistics.js';
import { policyLoad } from '#moderation/statistics/policy-load.js';
import { raisingMayBlock } from '#moderation/statistics/raising.js';
import type { PolicyStore } from '#persistence/policy-store.js';
import type { ReplayStore } from '#persistence/replay-store.js';

import { refuseFaults } from '../policies/refuse-faults.js';
import { scoreWindow } from '../replay/score-window.js';
import type { SampleScores } from './sample-scores.js';

const DAY_MS = 86_400_000;
/** A window of a minute says nothing about a day. */
const DAYS_MIN = 1 / 24;

type Asked = Omit<ThresholdPreviewBody, 'document'>;

interface Found {
  readonly sample: LabelSample;
  readonly preview: ThresholdPreview;
}

export interface ThresholdParts {
  readonly samples: Pick<SampleScores, 'read'>;
  readonly policies: Pick<PolicyStore, 'findLive'>;
  readonly clients: Pick<ReplayStore, 'clientId'>;
  readonly price: Price;
  readonly nowMs: () => number;
}

/** Tells what thresholds would do, by stored scores. */
export class ReadThresholds {
  constructor(private readonly parts: ThresholdParts) {}

  /**
   * What they would do in the live policy.
   *
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
    const { sample, preview } = await this.find(query, replaced(document, query, wanted(query, live)), mayReadCosts);
    const histogram = histogramOf(sample, label, tier);
    return { ...preview, live, liveVersion: version, statistics: { ...preview.statistics, histogram } };
  }

  /**
   * What a policy would do that nobody has stored.
   *
   * @throws Problem `invalid-policy` where it would not decide every score; else as `read`
   */
  async preview(asked: ThresholdPreviewBody, mayReadCosts: boolean): Promise<ThresholdPreview> {
    refuseFaults(asked.document);
    return (await this.find(asked, asked.document, mayReadCosts)).preview;
  }

  private async find(asked: Asked, document: PolicyDocument, mayReadCosts: boolean): Promise<Found> {
    const { label, tier } = asked;
    const window = await scoreWindow(asked, this.parts.clients, this.parts.nowMs());
    const { from, before } = window;
    const hasEnded = asked.receivedBefore !== undefined && before.getTime() <= this.parts.nowMs();
    const sampled = await this.parts.samples.read(keyOf(asked), window, hasEnded);
    const { sample, sinceMs } = sampled;
    const thresholds = document.thresholds[label][tier];
    const days = Math.max(DAYS_MIN, (before.getTime() - sinceMs) / DAY_MS);
    const policy = policyLoad(sample.columns, document);
    const assets = sample.columns.count;
    const preview = {
      ...{ label, tier, thresholds, assets, truncated: sampled.truncated, days, policy },
      ...{ receivedFrom: from.toISOString(), receivedBefore: before.toISOString() },
      readAt: new Date(sampled.readAtMs).toISOString(),
      models: sharesOf(sample.models[tier]),
      statistics: labelFigures(sample, label, tier, thresholds),
      reviewsPerDay: policy.reviews / days,
      heavy: this.heavy(sampled.heavySecondsPerAsset, assets / days, policy.uncertain / days, mayReadCosts),
      raisingMayBlock: raisingMayBlock(document.transitions, label, tier),
    };
    return { sample, preview };
  }

  /** Today every asset gets a heavy look. */
  private heavy(perAsset: number | null, assets: number, uncertain: number, mayReadCosts: boolean): HeavyLoad {
    const { price } = this.parts;
    const seconds = (looks: number): number | null => (perAsset === null ? null : looks * perAsset);
    const cost = (ofSeconds: number | null): number | null =>
      ofSeconds === null || !mayReadCosts ? null : (ofSeconds / 3_600) * price.perCoreHour;
    return {
      secondsPerAsset: perAsset,
      secondsPerDay: seconds(assets),
      secondsPerDayIfUncertainOnly: seconds(uncertain),
      costPerDay: cost(seconds(assets)),
      costPerDayIfUncertainOnly: cost(seconds(uncertain)),
      currency: price.currency,
    };
  }
}

function wanted({ clearBelow, blockFrom }: ThresholdQuery, live: Thresholds): Thresholds {
  const thresholds = { clearBelow: clearBelow ?? live.clearBelow, blockFrom: blockFrom ?? live.blockFrom };
  if (thresholds.clearBelow <= thresholds.blockFrom) return thresholds;
  throw new Problem('invalid-request', '`clearBelow` must not exceed `blockFrom`.');
}

const replaced = (document: PolicyDocument, { label, tier }: Asked, thresholds: Thresholds): PolicyDocument => ({
  ...document,
  thresholds: { ...document.thresholds, [label]: { ...document.thresholds[label], [tier]: thresholds } },
});

const sharesOf = (counts: ModelCounts): ModelShare[] =>
  [...counts].map(([modelId, assets]) => ({ modelId, assets })).sort((one, other) => other.assets - one.assets);

const keyOf = ({ receivedFrom, receivedBefore, client }: Asked): string =>
  JSON.stringify([receivedFrom ?? null, receivedBefore ?? null, client ?? null]);
