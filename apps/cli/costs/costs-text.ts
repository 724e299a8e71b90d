import Table from 'cli-table3';

import type { CostAnswer, CostLine } from '#contracts/cost-answer.js';

const HEAD = [
  'tier',
  'model',
  'items',
  'items/s',
  'busy core-h',
  'allocated core-h',
  'cpu-h',
  'utilisation',
  'items/s per busy core',
  'busy',
  'idle',
  'cost',
  'an item',
  'a thousand',
];
const CORE_HOUR_MS = 3_600_000;

/** Costs for people: the stretch of time, a line for each tier and model version, and all together. */
export function costsText(answer: CostAnswer): string {
  const { since, until, seconds, pricePerCoreHour, currency, items, total } = answer;
  const head = `${since} to ${until} (${(seconds / 3_600).toFixed(1)} h), ${pricePerCoreHour} ${currency} a core-hour\n`;
  if (items.length === 0) return `${head}Nothing was metered in this time.\n`;
  const table = new Table({ head: HEAD, style: { head: [], border: [], compact: true } });
  for (const line of items) table.push([line.tier, line.modelId, ...numbers(line)]);
  // an asset that both tiers looked at is an item of each: what an item of any tier costs would mislead
  if (items.length > 1) table.push(['all', '', ...numbers({ ...total, costPerItem: null, costPerThousand: null })]);
  return `${head}${table.toString()}\nMoney is in ${currency}; idle time is paid for by the models of its tier.\n`;
}

const numbers = (line: Omit<CostLine, 'tier' | 'modelId'>): string[] => [
  String(line.items),
  line.itemsPerSecond.toFixed(2),
  hours(line.busyCoreMs),
  hours(line.allocatedCoreMs),
  hours(line.cpuMs),
  line.utilisation === null ? '' : `${(line.utilisation * 100).toFixed(1)} %`,
  line.itemsPerBusyCoreSecond?.toFixed(2) ?? '',
  money(line.usageCost),
  money(line.idleCost),
  money(line.cost),
  money(line.costPerItem),
  money(line.costPerThousand),
];

const hours = (ms: number | null): string => (ms === null ? '' : (ms / CORE_HOUR_MS).toFixed(3));

/** At least three figures that tell something, never as a power of ten. */
function money(amount: number | null): string {
  if (amount === null) return '';
  const decimals = amount === 0 ? 2 : Math.min(12, Math.max(2, 2 - Math.floor(Math.log10(Math.abs(amount)))));
  return amount.toFixed(decimals);
}
