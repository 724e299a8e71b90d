import { costOf } from '#moderation/capacity/cost.js';
import type { Settings } from '#settings/settings.js';

import type { CpuByPart, Memory } from '../process-usage.js';
import { rounded } from '../statistics.js';
import { ratesOf, type LabellingRates } from './labelling-rates.js';
import { memoryDrift } from './memory-drift.js';
import type { BareRates, WarehouseRun } from './warehouse-run.js';

/** A run in figures. What was not measured is null. */
export interface RunSummary extends Pick<
  WarehouseRun,
  'backend' | 'batch' | 'assets' | 'queuedAtKill' | 'heldAtKill' | 'outcome'
> {
  readonly rates: LabellingRates;
  /** Means of before and after. */
  readonly bare: BareRates;
  /** Of the rate before the kill. */
  readonly percentOfBare: number | null;
  /** Busy ÷ up of the classifier processes in per cent: until the kill, and from the first start to the last final. */
  readonly utilisationPercent: number | null;
  readonly wholeUtilisationPercent: number | null;
  readonly cpuSeconds: CpuByPart | null;
  readonly postgresMsPerAsset: number | null;
  /** Of the classifier processes: while they were busy, and while they were up. */
  readonly usageCostPerThousand: number | null;
  readonly costPerThousand: number | null;
  /** The most that was seen. */
  readonly memory: Memory | undefined;
  /** Of the life that tells more of it; in per cent, with its sign. */
  readonly driftPercent: number | null;
}

/** What a run is judged with. */
export interface SummaryTerms {
  readonly heavy: Pick<Settings['heavy'], 'model' | 'processes'>;
  readonly pricePerCoreHour: number;
}

export function summariseRun(run: WarehouseRun, { heavy, pricePerCoreHour }: SummaryTerms): RunSummary {
  const { backend, batch, assets, queuedAtKill, heldAtKill, outcome, times, cpuMs, steady } = run;
  const rates = ratesOf(times, batch * heavy.processes);
  const meanOf = (which: keyof BareRates): number =>
    rounded(run.bare.reduce((sum, rates) => sum + rates[which], 0) / run.bare.length);
  const bare = { modelOnly: meanOf('modelOnly'), withDecode: meanOf('withDecode') };
  const drifts = run.memory.map(memoryDrift).filter((drift) => drift !== undefined);
  const wallMs = Math.max(...times.finalsMs) - times.startedMs;
  const cost = costOfRun(run, wallMs, { heavy, pricePerCoreHour });
  const perAsset = (ms: number | undefined): number | null => (ms === undefined ? null : rounded(ms / assets));
  const percent = (share: number | null | undefined): number | null =>
    share === null || share === undefined ? null : rounded(share * 100, 1);
  const { classifierCpuMs } = steady;
  return {
    ...{ backend, batch, assets, queuedAtKill, heldAtKill, outcome, rates, bare },
    percentOfBare: percent(rates.beforePerSecond === null ? null : rates.beforePerSecond / bare.modelOnly),
    utilisationPercent: percent(
      classifierCpuMs === undefined ? null : classifierCpuMs / (steady.wallMs * heavy.processes),
    ),
    wholeUtilisationPercent: percent(cost?.utilisation),
    cpuSeconds:
      cpuMs === undefined
        ? null
        : Object.fromEntries(Object.entries(cpuMs).map(([part, ms]) => [part, rounded(ms / 1_000)])),
    postgresMsPerAsset: perAsset(cpuMs?.['postgres']),
    usageCostPerThousand: cost === undefined ? null : rounded((cost.usageCost / assets) * 1_000, 5),
    costPerThousand: cost === undefined ? null : rounded((cost.cost / assets) * 1_000, 5),
    memory: peakOf(run),
    driftPercent: drifts.reduce<number | null>((worst, drift) => larger(worst, drift), null),
  };
}

/** A core for each process, from the first start to the last final. */
function costOfRun({ assets, cpuMs }: WarehouseRun, wallMs: number, { heavy, pricePerCoreHour }: SummaryTerms) {
  const busyCoreMs = cpuMs?.['classifiers'];
  if (busyCoreMs === undefined) return undefined;
  const allocatedCoreMs = wallMs * heavy.processes;
  const usage = { tier: 'heavy', modelId: heavy.model, busyCoreMs, allocatedCoreMs, cpuMs: busyCoreMs } as const;
  return costOf([{ ...usage, items: assets }], pricePerCoreHour)[0];
}

function peakOf({ memory }: WarehouseRun): Memory | undefined {
  const looks = memory.flat();
  if (looks.length === 0) return undefined;
  return {
    rssMb: Math.max(...looks.map(({ rssMb }) => rssMb)),
    pssMb: Math.max(...looks.map(({ pssMb }) => pssMb)),
  };
}

const larger = (one: number | null, other: number): number =>
  one === null || Math.abs(other) > Math.abs(one) ? other : one;
