import { drawSample } from '#imaging/draw-samples.js';
import { CountedClassifier } from '#inference/classifier/counted-classifier.js';
import { ClassifierPool } from '#inference/classifier/pool.js';
import { openModel } from '#inference/models/repository.js';
import { planTier } from '#inference/plan/plan-tier.js';
import { fastPlan } from '#inference/plan/tier-options.js';
import type { ModelVersionFacts } from '#persistence/model-version-store.js';
import type { Settings } from '#settings/settings.js';
import type { Logger } from '#telemetry/logger.js';
import type { Metrics } from '#telemetry/metrics.js';
import type { UsageMeter } from '#telemetry/usage-meter.js';
import { watchPool } from '#telemetry/watch-pool.js';

import type { OpenedTier } from './fast-tier.js';

export interface OpenParts {
  readonly settings: Settings;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Records the model version before its first score. */
  readonly register: (facts: ModelVersionFacts) => Promise<void>;
  readonly usage: UsageMeter;
  /** Ends a start that is under way. */
  readonly signal: AbortSignal;
}

export const CLASSIFIER_ENTRY = new URL('../classifier-process.js', import.meta.url);

/** Longer than a killed process takes to be replaced; who waited this long gets the policy's default instead. */
const REPLACED_MS_MAX = 3_000;

/** Measures this machine, or remembers it, and starts the fast tier as it was measured best. */
export async function openLocalTier(parts: OpenParts, onRoom: () => void): Promise<OpenedTier> {
  const { settings, metrics, log, register, usage, signal } = parts;
  const { fast, upload, modelRoot } = settings;
  const plan = await planTier(fastPlan(settings, { entry: CLASSIFIER_ENTRY, draw: drawSample, signal }));
  const { modelRef, workers, threads, batchMax, capacityPerSecond, serviceTimes, reason } = plan.chosen;
  log.info({ modelRef, workers, threads, batchMax, reason, cached: plan.cached }, 'the fast tier is planned');
  metrics.planned({ workers, threads, batch: batchMax, capacity: capacityPerSecond });
  const model = await openModel(modelRoot, modelRef);
  await register(model);
  const spent = usage.open('fast', { processes: workers, threads });
  spent.serves(modelRef);
  const pool = new ClassifierPool({
    entry: CLASSIFIER_ENTRY,
    host: {
      modelRoot,
      modelRef,
      threads,
      inferenceBatch: batchMax,
      decodeAhead: 1,
      imageLimits: { pixelsMax: upload.pixelsMax, framesMax: upload.framesMax },
      nice: 0,
    },
    processes: workers,
    inFlightPerProcess: 1,
    // the admission queue holds what waits, but for calls that come before a process is warm
    queueMax: workers,
    callMsMax: fast.callMsMax,
    rssBytesMax: fast.rssBytesMax,
    queueMsMax: REPLACED_MS_MAX,
    ...watchPool(spent, metrics, log),
    onRoom,
  });
  signal.addEventListener('abort', () => void pool.close(0), { once: true });
  await pool.start();
  const classifier = new CountedClassifier(pool, (items) => spent.answered(items));
  return { classifier, manifest: model.manifest, seed: serviceTimes, batchMax, plan };
}
