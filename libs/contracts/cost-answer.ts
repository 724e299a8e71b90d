import { costOf, totalCost, type Cost, type CostTotal, type Usage } from '#moderation/capacity/cost.js';
import type { Range } from '#moderation/capacity/cost-range.js';

/** What a core costs, and in which currency; it is shown and never converted. */
export interface Price {
  readonly perCoreHour: number;
  readonly currency: string;
}

/** Items in a second of the stretch of time, idle or not. */
interface Rate {
  readonly itemsPerSecond: number;
}

export type CostLine = Cost & Rate;

/** What the tiers took in a stretch of time, and what that costs. Money is not rounded. */
export interface CostAnswer {
  /** RFC 3339 in UTC: whole minutes, the end not in them. */
  readonly since: string;
  readonly until: string;
  readonly seconds: number;
  readonly pricePerCoreHour: number;
  readonly currency: string;
  /** One of each tier and model version. */
  readonly items: readonly CostLine[];
  readonly total: CostTotal & Rate;
}

/** @param usages of the minutes of the range; the range is not empty */
export function costAnswer(usages: readonly Usage[], { fromMs, untilMs }: Range, price: Price): CostAnswer {
  const seconds = (untilMs - fromMs) / 1_000;
  const costs = costOf(usages, price.perCoreHour);
  const total = totalCost(costs);
  return {
    since: new Date(fromMs).toISOString(),
    until: new Date(untilMs).toISOString(),
    seconds,
    pricePerCoreHour: price.perCoreHour,
    currency: price.currency,
    items: costs.map((cost) => ({ ...cost, itemsPerSecond: cost.items / seconds })),
    total: { ...total, itemsPerSecond: total.items / seconds },
  };
}
