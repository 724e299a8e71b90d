import { TIERS, type Tier } from '../words.js';

/** What one tier took to answer with one model version. A core-millisecond is one core for one millisecond. */
export interface Usage {
  readonly tier: Tier;
  readonly modelId: string;
  /** Of processes that had something to do, times the threads of each. */
  readonly busyCoreMs: number;
  /** Of all processes while the tier was open, times the threads of each: at work or idle. */
  readonly allocatedCoreMs: number;
  /** Processor time that the system counted for these processes; null where it does not tell. Beside the others. */
  readonly cpuMs: number | null;
  /** Images, or views of other callers, that were answered. */
  readonly items: number;
}

/** What that costs. Money in the currency of the price, never rounded; null where there is nothing to divide by. */
export interface Cost extends Usage {
  /** Of what was busy. */
  readonly usageCost: number;
  /** Its part of the tier's idle allocation. */
  readonly idleCost: number;
  /** Both: over a tier's models these sum up to what the tier's allocation costs. */
  readonly cost: number;
  readonly costPerItem: number | null;
  readonly costPerThousand: number | null;
  /** Busy ÷ allocated, 0..1. */
  readonly utilisation: number | null;
  /** How fast it is while it works; idle time is not in it. */
  readonly itemsPerBusyCoreSecond: number | null;
}

export type CostTotal = Omit<Cost, 'tier' | 'modelId'>;

const CORE_HOUR_MS = 3_600_000;

/**
 * What each tier and model cost: usage = busy time × price; allocation = time up × price, whose idle part the models of a
 * tier share in proportion to their usage (as OpenCost shares the idle cost of a cluster). The idle time of a tier in which
 * nothing was busy falls to its models by their own allocation.
 *
 * @param usages any number of each tier and model: they are added up
 * @param pricePerCoreHour in any currency, not negative
 * @returns one of each tier and model, the fast tier first, by model
 */
export function costOf(usages: readonly Usage[], pricePerCoreHour: number): Cost[] {
  const merged = merge(usages);
  return TIERS.flatMap((tier) => {
    const ofTier = merged.filter((usage) => usage.tier === tier);
    const { busyCoreMs, allocatedCoreMs } = sumOf(ofTier);
    const shareOf = (usage: Usage): number =>
      busyCoreMs > 0 ? usage.busyCoreMs / busyCoreMs : (ratio(usage.allocatedCoreMs, allocatedCoreMs) ?? 0);
    return ofTier.map((usage) => {
      const idleCoreMs = (allocatedCoreMs - busyCoreMs) * shareOf(usage);
      return { ...usage, ...priced(usage, idleCoreMs, pricePerCoreHour) };
    });
  });
}

/** All tiers and models together. */
export function totalCost(costs: readonly Cost[]): CostTotal {
  const usage = sumOf(costs);
  const usageCost = sum(costs, (cost) => cost.usageCost);
  const idleCost = sum(costs, (cost) => cost.idleCost);
  return { ...usage, ...perItem(usage, usageCost, idleCost) };
}

function priced(usage: Usage, idleCoreMs: number, pricePerCoreHour: number): Omit<Cost, keyof Usage> {
  const price = (coreMs: number): number => (coreMs / CORE_HOUR_MS) * pricePerCoreHour;
  return perItem(usage, price(usage.busyCoreMs), price(idleCoreMs));
}

function perItem(
  { busyCoreMs, allocatedCoreMs, items }: Omit<Usage, 'tier' | 'modelId'>,
  usageCost: number,
  idleCost: number,
): Omit<Cost, keyof Usage> {
  const cost = usageCost + idleCost;
  return {
    usageCost,
    idleCost,
    cost,
    costPerItem: ratio(cost, items),
    costPerThousand: ratio(cost * 1_000, items),
    utilisation: ratio(busyCoreMs, allocatedCoreMs),
    itemsPerBusyCoreSecond: ratio(items * 1_000, busyCoreMs),
  };
}

function merge(usages: readonly Usage[]): Usage[] {
  const merged = new Map<string, Usage>();
  for (const usage of usages) {
    const key = `${usage.tier} ${usage.modelId}`;
    const before = merged.get(key);
    merged.set(key, before === undefined ? usage : { ...usage, ...sumOf([before, usage]) });
  }
  return [...merged.keys()].sort().flatMap((key) => merged.get(key) ?? []);
}

function sumOf(usages: readonly Omit<Usage, 'tier' | 'modelId'>[]): Omit<Usage, 'tier' | 'modelId'> {
  const told = usages.flatMap(({ cpuMs }) => cpuMs ?? []);
  return {
    busyCoreMs: sum(usages, ({ busyCoreMs }) => busyCoreMs),
    allocatedCoreMs: sum(usages, ({ allocatedCoreMs }) => allocatedCoreMs),
    cpuMs: told.length === 0 ? null : told.reduce((all, one) => all + one, 0),
    items: sum(usages, ({ items }) => items),
  };
}

const sum = <T>(rows: readonly T[], of: (row: T) => number): number => rows.reduce((all, row) => all + of(row), 0);

const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);
