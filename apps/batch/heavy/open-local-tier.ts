import { drawSample } from '#imaging/draw-samples.js';
import { CountedClassifier } from '#inference/classifier/counted-classifier.js';
import { ClassifierPool } from '#inference/classifier/pool.js';
import type { Classifier } from '#inference/classifier/classifier.js';
import { openModel } from '#inference/models/repository.js';
import { planTier } from '#inference/plan/plan-tier.js';
import { heavyPlan } from '#inference/plan/tier-options.js';
import type { ServiceTime } from '#moderation/capacity/batch-size.js';
import { planTable } from '#moderation/capacity/batch-worth.js';
import type { ModelVersionFacts } from '#persistence/model-version-store.js';
import type { Settings } from '#settings/settings.js';
import type { Logger } from '#telemetry/logger.js';
import type { Metrics } from '#telemetry/metrics.js';
import type { UsageMeter } from '#telemetry/usage-meter.js';
import { watchPool } from '#telemetry/watch-pool.js';

export interface OpenParts {
  readonly settings: Settings;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Records the model version before its first score. */
  readonly register: (facts: ModelVersionFacts) => Promise<void>;
  readonly usage: UsageMeter;
  readonly news: TierNews;
}

/** Told what the batches of the tier hang on. */
export interface TierNews {
  /** What a run takes in its process, by rising batch. */
  planned(times: readonly ServiceTime[]): void;
  /** From now on so many processes are paid for. */
  opened(processes: number): void;
  /** A process became warm after so long. */
  started(ms: number): void;
}

/** Calls in flight per classifier process: the next batch decodes while this one is inferred. */
const IN_FLIGHT = 2;
/** Images that a process decodes at the same time. */
export const DECODE_AHEAD = 2;
export const CLASSIFIER_ENTRY = new URL('../classifier-process.js', import.meta.url);

/** How many batches are labelled at once, so that every process has its own and none waits for a commit. */
export const batchesAtOnce = ({ processes }: Pick<Settings['heavy'], 'processes'>): number => processes * IN_FLIGHT;

/** Chooses the variant that is best on this machine and starts its classifier processes. */
export async function openLocalTier({ settings, metrics, log, register, usage, news }: OpenParts): Promise<Classifier> {
  const { modelRoot, heavy } = settings;
  const { processes, callMsMax, rssBytesMax, nice } = heavy;
  const { pixelsMax, framesMax } = settings.upload;
  const { chosen, cached } = await planTier(heavyPlan(settings, { entry: CLASSIFIER_ENTRY, draw: drawSample }));
  log.info({ modelRef: chosen.modelRef, reason: chosen.reason, cached }, 'the heavy tier is planned');
  await register(await openModel(modelRoot, chosen.modelRef));
  const spent = usage.open('heavy', { processes, threads: 1 });
  spent.serves(chosen.modelRef);
  const watch = watchPool(spent, metrics, log);
  news.planned(planTable(chosen.serviceTimes));
  news.opened(processes);
  const pool = new ClassifierPool({
    entry: CLASSIFIER_ENTRY,
    host: {
      modelRoot,
      modelRef: chosen.modelRef,
      threads: 1,
      inferenceBatch: chosen.batchMax,
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
    onBusy: watch.onBusy,
    onEvent: (event) => {
      watch.onEvent(event);
      if (event.kind === 'ready') news.started(event.startMs);
    },
  });
  await pool.start();
  return new CountedClassifier(pool, (items) => spent.answered(items));
}
