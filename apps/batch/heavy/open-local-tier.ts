import { drawSample } from '#imaging/draw-samples.js';
import { ClassifierPool } from '#inference/classifier/pool.js';
import type { Classifier } from '#inference/classifier/classifier.js';
import { openModel } from '#inference/models/repository.js';
import { planTier } from '#inference/plan/plan-tier.js';
import { heavyPlan } from '#inference/plan/tier-options.js';
import type { ModelVersionFacts } from '#persistence/model-version-store.js';
import type { Settings } from '#settings/settings.js';
import { watchClassifiers } from '#telemetry/classifier-events.js';
import type { Logger } from '#telemetry/logger.js';
import type { Metrics } from '#telemetry/metrics.js';

export interface OpenParts {
  readonly settings: Settings;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Records the model version before its first score. */
  readonly register: (facts: ModelVersionFacts) => Promise<void>;
}

/** Calls in flight per classifier process: the next batch decodes while this one is inferred. */
const IN_FLIGHT = 2;
/** Images that a process decodes at the same time. */
export const DECODE_AHEAD = 2;
export const CLASSIFIER_ENTRY = new URL('../classifier-process.js', import.meta.url);

/** How many bells a worker hears at once, so that every process has its batches and none waits for a bell. */
export const bellsAtOnce = ({ batchSize, processes }: Settings['heavy']): number => batchSize * processes * IN_FLIGHT;

/** Chooses the variant that is best on this machine and starts its classifier processes. */
export async function openLocalTier({ settings, metrics, log, register }: OpenParts): Promise<Classifier> {
  const { modelRoot, heavy } = settings;
  const { processes, callMsMax, rssBytesMax, inferenceBatch, nice } = heavy;
  const { pixelsMax, framesMax } = settings.upload;
  const { chosen, cached } = await planTier(heavyPlan(settings, { entry: CLASSIFIER_ENTRY, draw: drawSample }));
  log.info({ modelRef: chosen.modelRef, reason: chosen.reason, cached }, 'the heavy tier is planned');
  await register(await openModel(modelRoot, chosen.modelRef));
  const pool = new ClassifierPool({
    entry: CLASSIFIER_ENTRY,
    host: {
      modelRoot,
      modelRef: chosen.modelRef,
      threads: 1,
      inferenceBatch,
      decodeAhead: DECODE_AHEAD,
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
    onBusy: (ms) => metrics.workerBusy('heavy', ms),
  });
  await pool.start();
  return pool;
}
