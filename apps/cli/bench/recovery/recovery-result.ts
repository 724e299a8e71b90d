import type { Settings } from '#settings/settings.js';

import type { BenchResult, PromisedFigure, ResultTable } from '../bench-result.js';
import { median, rounded } from '../statistics.js';
import type { BackendRecoveries, Recovery, RecoveryOptions } from './recovery-options.js';

const LIMIT_S = 15;

/** Turns measurements into a report's content. */
export function recoveryResult(
  { rounds, assets, variant, backend }: RecoveryOptions,
  { heavy, batch }: Pick<Settings, 'heavy' | 'batch'>,
  measured: readonly BackendRecoveries[],
): BenchResult {
  const { model, processes, batchSize, leaseMs } = heavy;
  const settings = { model, processes, batchSize, leaseMs, sweepMs: batch.sweepMs, dueMs: batch.dueMs };
  return {
    name: 'recovery',
    what: `What a batch service had in hand when it was killed, until another one that stood by has labelled it: ${assets} assets, ${model} in ${processes} processes.`,
    command: `npm run portcullis -- bench recovery --rounds ${rounds} --assets ${assets} --variant ${variant} --backend ${backend}`,
    promised: measured.map(promise),
    tables: measured.map(table),
    notes: [
      'All times count from the kill, by the clock of the database, as the product stores them: when the last lease of the killed service ran out, and when each final was decided.',
      `The settings are as they are by default where nothing else is set: a lease of ${leaseMs} ms. What was in hand is looked at one by one afterwards, so that the looks are part of the time.`,
      'The killed service’s classifiers are frozen before: what it has leased stays in its hands until the other one is ready. What it has not leased waits in the table, and the other one may label it before the kill.',
    ],
    data: { options: { rounds, assets, variant, backend }, settings, measured },
  };
}

/** Of all kills the worst. */
const promise = ({ backend, recoveries }: BackendRecoveries): PromisedFigure => ({
  what: `queue in ${backend}: kill -9 to the last final of what was in hand`,
  bound: 'at most',
  limit: LIMIT_S,
  unit: 's',
  measured: recoveries.length === 0 ? null : seconds(Math.max(...recoveries.map(lastOf))),
});

function table({ backend, recoveries }: BackendRecoveries): ResultTable {
  const row = (what: string, of: (one: Recovery) => number): string[] => {
    const values = recoveries.map(of);
    return [what, String(seconds(median(values))), String(seconds(Math.max(...values)))];
  };
  return {
    title: `Queue in ${backend}: ${recoveries.length} kills, ${recoveries.map(({ leased }) => leased).join(', ')} assets under a lease`,
    head: ['seconds from the kill', 'median', 'most'],
    rows: [
      row('the last lease has run out', ({ lastLeaseMs }) => lastLeaseMs ?? 0),
      row('first final', ({ finalsMs }) => finalsMs[0] ?? 0),
      row('last final', lastOf),
    ],
  };
}

const lastOf = ({ finalsMs }: Recovery): number => finalsMs.at(-1) ?? 0;
const seconds = (ms: number): number => rounded(ms / 1_000, 1);
