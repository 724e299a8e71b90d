import type { PromisedFigure } from '../bench-result.js';
import type { QueueBackend } from '../heavy/heavy-bench-options.js';
import { memoryPromises } from '../memory-promises.js';
import type { RunSummary } from './summarise-run.js';
import type { WarehouseOptions } from './warehouse-options.js';

/** End to end is promised with so many queued. */
export const QUEUED_MIN = 1_000;
/** The batch size and the variant that memory is promised of. */
const MEMORY = { batch: 16, limitMb: 900, variant: 'f32' };

/** The promises, each by the run that is worst at it. @param runs on one backend */
export function warehousePromises(
  backend: QueueBackend,
  runs: readonly RunSummary[],
  { variant }: Pick<WarehouseOptions, 'variant'>,
): PromisedFigure[] {
  const promise = (what: string, promised: Omit<PromisedFigure, 'what'>): PromisedFigure => ({
    what: `queue in ${backend}: ${what}`,
    ...promised,
  });
  const most = (of: (run: RunSummary) => number | null): number | null => worst(Math.max, runs.map(of));
  const none = (what: string, of: (run: RunSummary) => number): PromisedFigure =>
    promise(what, { bound: 'at most', limit: 0, unit: '', measured: most(of) });
  const inPromise = runs.filter(({ queuedAtKill }) => queuedAtKill >= QUEUED_MIN);
  const ofMemory = runs.find(({ batch }) => batch === MEMORY.batch && variant === MEMORY.variant);
  return [
    promise('until the kill, beside the bare model', {
      ...{ bound: 'at least', limit: 95, unit: '%' },
      measured: worst(
        Math.min,
        inPromise.map(({ percentOfBare }) => percentOfBare),
      ),
    }),
    promise('PostgreSQL’s processor time per image', {
      ...{ bound: 'at most', limit: 1, unit: 'ms' },
      measured: most(({ postgresMsPerAsset }) => postgresMsPerAsset),
    }),
    promise('drift of memory', {
      ...{ bound: 'at most', limit: 10, unit: '%' },
      measured: most(({ driftPercent }) => (driftPercent === null ? null : Math.abs(driftPercent))),
    }),
    ...(ofMemory === undefined
      ? []
      : memoryPromises(`queue in ${backend}: memory, batches of ${MEMORY.batch}`, MEMORY.limitMb, ofMemory.memory)),
    none('lost', ({ outcome }) => outcome.lost),
    none('doubled', ({ outcome }) => outcome.doubled),
    none('faults that verify finds', ({ outcome }) => outcome.faultCount),
  ];
}

/** Of those that were measured; null where none was. */
function worst(of: (...values: number[]) => number, values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : of(...known);
}
