import type { ResultTable } from '../bench-result.js';
import type { QueueBackend } from '../heavy/heavy-bench-options.js';
import { rounded } from '../statistics.js';
import type { RunSummary } from './summarise-run.js';

type Value = number | null | undefined;

/** A column for each batch size. @param currency of the cost */
export function warehouseTable(backend: QueueBackend, runs: readonly RunSummary[], currency: string): ResultTable {
  const row = (what: string, of: (run: RunSummary) => Value): string[] => [what, ...runs.map((run) => cell(of(run)))];
  const parts = [...new Set(runs.flatMap(({ cpuSeconds }) => Object.keys(cpuSeconds ?? {})))];
  return {
    title: `Queue in ${backend}`,
    head: ['', ...runs.map(({ batch }) => `batches of ${batch}`)],
    rows: [
      row('images', ({ assets }) => assets),
      row('images/s, until the kill', ({ rates }) => rates.beforePerSecond),
      row('images/s, after it', ({ rates }) => rates.afterPerSecond),
      row('images/s, over all', ({ rates }) => rates.wholePerSecond),
      row('images/s, bare model', ({ bare }) => bare.modelOnly),
      row('images/s, bare model with decode', ({ bare }) => bare.withDecode),
      row('until the kill, of the bare model (%)', ({ percentOfBare }) => percentOfBare),
      row('without a final at the kill', ({ queuedAtKill }) => queuedAtKill),
      row('in hand at the kill, looked at again', ({ heldAtKill }) => heldAtKill),
      row('kill to the next final (s)', ({ rates }) => seconds(rates.recoveryMs)),
      row('kill to the last final of those in hand (s)', ({ rates }) => seconds(rates.heldMs)),
      row('checkpoints', ({ rates }) => rates.checkpoints),
      row('lost', ({ outcome }) => outcome.lost),
      row('doubled', ({ outcome }) => outcome.doubled),
      row('faults that verify finds', ({ outcome }) => outcome.faultCount),
      row('utilisation until the kill (%)', ({ utilisationPercent }) => utilisationPercent),
      row('utilisation over all (%)', ({ wholeUtilisationPercent }) => wholeUtilisationPercent),
      ...parts.map((part) => row(`processor time: ${part} (s)`, ({ cpuSeconds }) => cpuSeconds?.[part])),
      row('processor time per image: postgres (ms)', ({ postgresMsPerAsset }) => postgresMsPerAsset),
      row('memory of the service, RSS, most (MB)', ({ memory }) => memory?.rssMb),
      row('memory of the service, PSS, most (MB)', ({ memory }) => memory?.pssMb),
      row('memory, drift (%)', ({ driftPercent }) => driftPercent),
      row(`cost of a thousand, busy time (${currency})`, ({ usageCostPerThousand }) => usageCostPerThousand),
      row(`cost of a thousand, idle time too (${currency})`, ({ costPerThousand }) => costPerThousand),
    ],
  };
}

const cell = (value: Value): string => (value === null || value === undefined ? '–' : String(value));

const seconds = (ms: number | null): number | null => (ms === null ? null : rounded(ms / 1_000, 1));
