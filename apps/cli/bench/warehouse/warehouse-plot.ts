import type { Picture } from '../bench-result.js';
import type { QueueBackend } from '../heavy/heavy-bench-options.js';
import { drawLinePlot, type Series } from '../plot/line-plot.js';
import { rounded } from '../statistics.js';
import type { WarehouseRun } from './warehouse-run.js';

/** Steps over a run's time: finer ones cannot be seen. */
const STEPS = 200;
const KILL = { x: 0, label: 'kill -9, and started again' };

/** Finals and memory over time, a line for each batch size; time counts from the kill. @param name of the report */
export function warehousePictures(name: string, backend: QueueBackend, runs: readonly WarehouseRun[]): Picture[] {
  const picture = (kind: string, what: string, label: string, of: (run: WarehouseRun) => Series['points']): Picture => {
    const title = `${what}, queue in ${backend}`;
    const svg = drawLinePlot({
      title,
      xLabel: 'seconds from the kill',
      left: { label, scale: 'linear' },
      series: runs.map((run) => ({ name: `batches of ${run.batch}`, axis: 'left', points: of(run) })),
      place: KILL,
    });
    return { file: `${name}-${backend}-${kind}.svg`, title, svg };
  };
  return [
    picture('finals', 'Finals over time', 'finals', finalPoints),
    ...(runs.some(({ memory }) => memory.length > 0)
      ? [picture('memory', 'Memory of the batch service over time', 'resident memory, MB', memoryPoints)]
      : []),
  ];
}

/** How many finals there are, from the first readiness to the last final. */
export function finalPoints({ times }: Pick<WarehouseRun, 'times'>): [number, number][] {
  const { readyMs, killedMs } = times;
  const finals = [...times.finalsMs].sort((a, b) => a - b);
  const stepMs = ((finals.at(-1) ?? readyMs) - readyMs) / STEPS;
  let count = 0;
  return Array.from({ length: STEPS + 1 }, (_, index) => {
    const atMs = index === STEPS ? Infinity : readyMs + index * stepMs;
    while (count < finals.length && (finals[count] ?? 0) <= atMs) count += 1;
    return [rounded((readyMs + index * stepMs - killedMs) / 1_000, 1), count];
  });
}

function memoryPoints({ memory, times }: WarehouseRun): [number, number][] {
  return memory.flat().map(({ atMs, rssMb }) => [rounded((atMs - times.killedMs) / 1_000, 1), rssMb]);
}
