import type { CampaignPlanAnswer } from '#contracts/campaign-answer.js';
import type { Price } from '#contracts/cost-answer.js';
import type { CampaignFilter } from '#moderation/campaigns/candidate.js';
import { coreSecondsOf, forecastSeconds, measuredRate } from '#moderation/campaigns/forecast.js';
import type { CampaignPlanStore } from '#persistence/campaign-plan-store.js';
import type { UsageStore } from '#persistence/usage-store.js';

export interface PlanParts {
  readonly plans: CampaignPlanStore;
  readonly usage: UsageStore;
  readonly price: Price;
  /** Cores of the heavy tier of one batch service: one works on a campaign at a time. */
  readonly heavyCores: number;
}

const SAMPLE = 10;
const MEASURED_MS = 86_400_000;

/** Tells what a campaign would do and take, without doing it. */
export class PlanCampaign {
  constructor(private readonly parts: PlanParts) {}

  /** The client of this name; undefined for nobody. */
  clientId(name: string): Promise<string | undefined> {
    return this.parts.plans.clientId(name);
  }

  /** @param modelId the model that is served now; undefined where none ever was */
  async plan(
    filter: CampaignFilter,
    modelId: string | undefined,
    rateMaxPerSecond: number | null,
    nowMs: number,
  ): Promise<CampaignPlanAnswer> {
    const { plans, price } = this.parts;
    const count = await plans.count(filter, modelId);
    const looks = count.chosen - count.humanDecided - count.pending - count.banked - count.scored;
    const rate = await this.rate(modelId, nowMs);
    const coreSeconds = rate === null ? null : looks * rate.coreSecondsPerImage;
    const sample = await plans.sample(filter, SAMPLE);
    return {
      ...count,
      looks,
      modelId: modelId ?? null,
      rate,
      seconds: forecastSeconds(looks, rate?.imagesPerSecond, rateMaxPerSecond),
      coreSeconds,
      cost: coreSeconds === null ? null : (coreSeconds / 3_600) * price.perCoreHour,
      currency: price.currency,
      sample: sample.map((one) => ({ ...one, receivedAt: one.receivedAt.toISOString() })),
    };
  }

  /** By what the model took in the last day; where that was not metered, by the times of the labels it gave. */
  private async rate(modelId: string | undefined, nowMs: number): Promise<CampaignPlanAnswer['rate']> {
    const { plans, usage, heavyCores } = this.parts;
    const since = new Date(nowMs - MEASURED_MS);
    const used = (await usage.sum(since, new Date(nowMs))).find(
      (one) => one.tier === 'heavy' && one.modelId === modelId,
    );
    const coreSecondsPerImage = used === undefined ? undefined : coreSecondsOf(used);
    if (used !== undefined && coreSecondsPerImage !== undefined) {
      const imagesPerSecond = heavyCores / coreSecondsPerImage;
      return { imagesPerSecond, coreSecondsPerImage, images: used.items, measuredOn: 'usage_of_last_day' };
    }
    const labelled = measuredRate(await plans.labelled(since.getTime()));
    if (labelled === undefined) return null;
    return {
      ...labelled,
      coreSecondsPerImage: heavyCores / labelled.imagesPerSecond,
      measuredOn: 'heavy_labels_of_last_day',
    };
  }
}
