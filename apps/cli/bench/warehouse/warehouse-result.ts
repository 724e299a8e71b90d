import type { Settings } from '#settings/settings.js';

import type { BenchResult } from '../bench-result.js';
import { backendsOf, type QueueBackend } from '../heavy/heavy-bench-options.js';
import { MEMORY_NOTE } from '../memory-promises.js';
import { summariseRun, type RunSummary } from './summarise-run.js';
import { warehouseName, type WarehouseOptions } from './warehouse-options.js';
import { finalPoints, warehousePictures } from './warehouse-plot.js';
import { QUEUED_MIN, warehousePromises } from './warehouse-promises.js';
import type { WarehouseRun } from './warehouse-run.js';
import { warehouseTable } from './warehouse-tables.js';

export interface WarehouseMeasurements {
  readonly meanBytes: number;
  readonly runs: readonly WarehouseRun[];
}

interface MeasuredBackend {
  readonly backend: QueueBackend;
  readonly measured: readonly WarehouseRun[];
  readonly summaries: readonly RunSummary[];
}

/** Of one run; the JSON has all. */
const FAULTS_SHOWN = 20;

/** Turns measurements into a report's content. */
export function warehouseResult(
  options: WarehouseOptions,
  { heavy, price }: Settings,
  { meanBytes, runs }: WarehouseMeasurements,
): BenchResult {
  const { assets, batches, variant, killAt, backend } = options;
  const pricePerCoreHour = options.pricePerCoreHour ?? price.perCoreHour;
  const { model, processes, inferenceBatch, batchWindowMs, leaseMs, nice } = heavy;
  const name = warehouseName(options);
  const backends = backendsOf(backend).map((one): MeasuredBackend => {
    const measured = runs.filter((run) => run.backend === one);
    const summaries = measured.map((run) => summariseRun(run, { heavy, pricePerCoreHour }));
    return { backend: one, measured, summaries };
  });
  return {
    name,
    what: `${assets} images through the batch tier on each queue, dealt out to batches of ${batches.join(', ')}, killed with \`kill -9\` after ${killAt * 100} % and resumed: 400 × 300 JPEGs of ${meanBytes / 1_000} kB through ${model} (${variant}) in ${processes} processes of one thread.`,
    command: `npm run portcullis -- bench warehouse --assets ${assets} --batches ${batches.join(',')} --variant ${variant} --inference-batch ${inferenceBatch} --kill-at ${killAt} --backend ${backend} --price-per-core-hour ${pricePerCoreHour}`,
    promised: backends.flatMap((one) => warehousePromises(one.backend, one.summaries, options)),
    tables: backends.map((one) => warehouseTable(one.backend, one.summaries, price.currency)),
    pictures: backends.flatMap((one) => warehousePictures(name, one.backend, one.measured)),
    notes: [
      'The images are unique copies of 12 drawings. They are not uploaded: their bytes and rows are written by the upload service’s own stores (AssetFiles, SubmissionStore) at full speed, as allowed `bulk` uploads without a look, before the batch service starts and the clocks run.',
      `Each batch size has an installation, a queue and a service of its own. A batch is what is leased, labelled and committed together: a checkpoint. Views in one run of the model: ${inferenceBatch}; window ${batchWindowMs} ms, lease ${leaseMs} ms, niceness ${nice}.`,
      `Rates until the kill and after it count from when every process has delivered its first batch, in whole rounds; over all, from the first readiness to the last final, kill and restart included. The promise counts with at least ${QUEUED_MIN} images left at the kill.`,
      'Bare model: as many processes with the same threads and views that were decoded before; with decode: the batch service’s own processes, by path. Means of a measurement before the run and one after it.',
      'The killed service is started again at once. What it had in hand comes back when its lease has run out; all else goes on as soon as the model is warm.',
      'Utilisation is processor time of the classifier processes by the time that they were there, one core each; over all, and in the cost, from the first start to the last final. Cost is of the classifier processes, a core each.',
      'PostgreSQL’s processor time is of all its processes from before the first start to the last final, autovacuum and the queue’s tables included where the queue is there.',
      `Memory is of the batch service and its classifier processes. Drift is the Theil–Sen slope times the time, in per cent of the median, without the first fifth of a life; lives of less than 20 s do not tell. ${MEMORY_NOTE}`,
      ...(variant === 'f32'
        ? []
        : ['**int8 model.** The memory of batch 16 is promised of the f32 model: `--variant f32 --batches 16`.']),
      ...backends.flatMap(({ summaries }) =>
        summaries.flatMap(({ outcome }) => outcome.faults.slice(0, FAULTS_SHOWN).map(faultNote)),
      ),
    ],
    data: {
      options: { ...options, pricePerCoreHour },
      model,
      processes,
      inferenceBatch,
      meanBytes,
      backends: backends.map(forMachines),
    },
  };
}

/** With the finals as they are drawn: each one's time would be megabytes. */
const forMachines = ({ backend, measured, summaries }: MeasuredBackend) => ({
  backend,
  summaries,
  runs: measured.map(({ times, ...run }) => {
    const { startedMs, readyMs, killedMs, readyAgainMs } = times;
    return { ...run, times: { startedMs, readyMs, killedMs, readyAgainMs }, finals: finalPoints({ times }) };
  }),
});

const faultNote = ({ assetId, fault }: { readonly assetId: string; readonly fault: string }): string =>
  `Verify: ${assetId} ${fault}.`;
