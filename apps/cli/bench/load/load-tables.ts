import type { ResultTable } from '../bench-result.js';
import { rounded } from '../statistics.js';
import { bestGoodput, refutingLoad, type LoadBasis } from './load-basis.js';
import type { LoadMeasurements } from './load-measurements.js';
import type { LoadStep } from './load-step.js';

const BASIS_WORDS: Readonly<Record<LoadBasis['by'], string>> = {
  held: 'the highest rate that holds',
  goodput: 'the best goodput of the search, over a tenth more than the highest rate that holds',
  given: 'as given',
};

/** The headline: what holds, from where on nothing is known, and what the loads are multiples of. */
export function capacityTable({ unloaded, search, loads, basis }: Omit<LoadMeasurements, 'isOurs'>): ResultTable {
  const { perSecond, failedPerSecond, unknownPerSecond } = search;
  const best = bestGoodput([...search.steps, ...loads]);
  const refuting = refutingLoad(basis, loads);
  return {
    title: 'Capacity',
    head: ['', 'measured'],
    rows: [
      ['unloaded, p50 (ms)', cell(unloaded.summary.latencyMs.p50)],
      ['unloaded, p95 (ms)', cell(unloaded.summary.latencyMs.p95)],
      ['highest rate that holds the SLO (/s)', cell(perSecond)],
      ['lowest rate that does not (/s)', cell(failedPerSecond)],
      ...(unknownPerSecond === null
        ? []
        : [['**not known from here on: the generator was late** (/s)', cell(unknownPerSecond)]]),
      ['best goodput (/s)', best === undefined ? '–' : `${best.summary.goodputPerSecond} at ${best.name}`],
      [`1 × of the loads (/s): ${BASIS_WORDS[basis.by]}`, cell(basis.perSecond)],
      ...(refuting === undefined
        ? []
        : [['**1 × is too low: goodput of a load (/s)**', cell(refuting.summary.goodputPerSecond)]]),
    ],
  };
}

export function loadsTable(loads: readonly LoadStep[]): ResultTable {
  return {
    title: 'Below, at and above the capacity',
    head: [
      'load',
      'uploads/s',
      'decided %',
      'goodput/s',
      'p50 ms',
      'p95 ms',
      'p99 ms',
      'shed/s',
      'shed p50 ms',
      'shed p95 ms',
      'failed',
      'RSS MB',
      'RSS growth %',
    ],
    rows: loads.map(({ name, summary, rssMb, rssGrowth }) => [
      summary.isValid ? name : `${name} (**generator late**)`,
      cell(summary.offeredPerSecond),
      cell(rounded(summary.decidedShare * 100, 1)),
      cell(summary.goodputPerSecond),
      cell(summary.latencyMs.p50),
      cell(summary.latencyMs.p95),
      cell(summary.latencyMs.p99),
      cell(rounded((summary.outcomes.shed + summary.outcomes.refused) / summary.seconds, 1)),
      cell(summary.shedMs.p50),
      cell(summary.shedMs.p95),
      cell(summary.outcomes.failed),
      cell(rssMb),
      cell(rssGrowth === null ? null : rounded(rssGrowth * 100, 1)),
    ]),
  };
}

/** Processor time by part; no table where nothing tells it. */
export function cpuTable(steps: readonly LoadStep[]): ResultTable[] {
  const parts = Object.keys(steps[0]?.cpuMsPerRequest ?? {});
  if (parts.length === 0) return [];
  return [
    {
      title: 'Processor time (ms a request) and the generator’s lateness',
      head: ['load', ...parts, 'lateness p99 ms'],
      rows: steps.map(({ name, summary, cpuMsPerRequest = {} }) => [
        name,
        ...parts.map((part) => cell(cpuMsPerRequest[part] ?? null)),
        cell(summary.lagP99Ms),
      ]),
    },
  ];
}

export function searchTable(steps: readonly LoadStep[]): ResultTable {
  return {
    title: 'The search',
    head: ['uploads/s', 'holds', 'decided %', 'goodput/s', 'p50 ms', 'p95 ms', 'p99 ms', 'lateness p99 ms'],
    rows: steps.map(({ rate, verdict, summary }) => [
      String(rate),
      { held: 'yes', failed: 'no', unknown: 'not known' }[verdict],
      cell(rounded(summary.decidedShare * 100, 1)),
      cell(summary.goodputPerSecond),
      cell(summary.latencyMs.p50),
      cell(summary.latencyMs.p95),
      cell(summary.latencyMs.p99),
      cell(summary.lagP99Ms),
    ]),
  };
}

const cell = (value: number | null): string => (value === null || Number.isNaN(value) ? '–' : String(value));
