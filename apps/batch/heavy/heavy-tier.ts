import { ClassifierPool } from '#inference/classifier-pool.js';
import type { Settings } from '#settings/settings.js';
import { watchClassifiers } from '#telemetry/classifier-events.js';
import type { Logger } from '#telemetry/logger.js';
import type { Metrics } from '#telemetry/metrics.js';

/** Calls in flight per classifier process: the next batch decodes while this one is inferred. */
const IN_FLIGHT = 2;

/** How many bells a worker hears at once, so that every process has its batches and none waits for a bell. */
export const bellsAtOnce = ({ batchSize, processes }: Settings['heavy']): number => batchSize * processes * IN_FLIGHT;

/** The heavy tier's classifier processes, not started yet. */
export function heavyTier(settings: Settings, metrics: Metrics, log: Logger): ClassifierPool {
  const { model, processes, callMsMax, rssBytesMax, inferenceBatch, nice } = settings.heavy;
  const { pixelsMax, framesMax } = settings.upload;
  return new ClassifierPool({
    entry: new URL('../classifier-process.js', import.meta.url),
    host: {
      modelRoot: settings.modelRoot,
      modelRef: model,
      threads: 1,
      inferenceBatch,
      decodeAhead: 2,
      imageLimits: { pixelsMax, framesMax },
      nice,
    },
    processes,
    inFlightPerProcess: IN_FLIGHT,
    queueMax: processes * IN_FLIGHT,
    callMsMax,
    rssBytesMax,
    // what a batch freed goes back to the system: a quarter of a process's memory, at no cost that can be seen
    env: { MALLOC_TRIM_THRESHOLD_: String(1_048_576) },
    onEvent: watchClassifiers(metrics, log),
  });
}
