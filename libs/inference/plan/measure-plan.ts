import { loadavg } from 'node:os';
import { StartRefused } from '#contracts/errors.js';
import type { Plan, PlanChoice, PlanMachine, PlanRejection, PlanRow } from '#contracts/plan-answer.js';
import { choosePoint, type ChoiceLimits, type ChoiceRefused } from '#moderation/capacity/plan-choice.js';
import { shapesFor } from '#moderation/capacity/plan-shapes.js';
import { compareVariants } from './compare-variants.js';
import type { PlanModels } from './plan-models.js';
import { bucketsOf, type PlanOptions } from './plan-options.js';
import { drawPictures, type SamplePictures } from './sample-pictures.js';
import { settleChoice } from './settle-choice.js';
import { sweepShapes } from './sweep-shapes.js';
import { TimedPools } from './timed-pools.js';

/** A process needs room for what it decodes beside the model: a picture of 50 megapixels is 150 MB. */
const WORKER_MEMORY_SHARE = 0.8;
/** The rest is for the service, the other tier and the database. */
const MACHINE_MEMORY_SHARE = 0.6;
/** Beyond this no further point is measured: a start must end. */
const SWEEP_MS_MAX = 8_000;
const FRESH_SWEEP_MS_MAX = 120_000;
/** The comparison of the variants, among the steps of the progress. */
const COMPARISON_STEPS = 2;

/**
 * Measures a plan: the variants in turn, then each shape at each batch size, then what the choice hangs on once more.
 *
 * @throws as `planTier`
 */
export async function measurePlan(options: PlanOptions, machine: PlanMachine, models: PlanModels): Promise<Plan> {
  const pools = new TimedPools(options);
  const drawing = drawPictures(options.draw, options.variant === 'auto' && models.int8 !== undefined);
  drawing.catch(() => undefined); // who needs the pictures hears of it
  const begunMs = performance.now();
  const measuredAt = new Date().toISOString();
  const loadBefore = Math.round((loadavg()[0] ?? 0) * 100) / 100;
  try {
    const facts = await measure({ options, machine, pools }, models, drawing);
    const tookMs = Math.round(performance.now() - begunMs);
    const { tier, sloMs } = options;
    return { tier, machine, sloMs, ...facts, loadBefore, measuredAt, tookMs, cached: false };
  } finally {
    await pools.closeAll();
    await drawing.then(
      (pictures) => pictures.remove(),
      () => undefined,
    );
  }
}

interface Bench {
  readonly options: PlanOptions;
  readonly machine: PlanMachine;
  readonly pools: TimedPools;
}

async function measure(
  { options, machine, pools }: Bench,
  models: PlanModels,
  drawing: Promise<SamplePictures>,
): Promise<Pick<Plan, 'candidates' | 'rows' | 'chosen' | 'rejected'>> {
  const { variant: wish, processes, threads, fresh = false, sloMs, signal } = options;
  const shapes = shapesFor(machine.cores, { workers: processes, threads });
  const buckets = bucketsOf(options);
  const limits = limitsOf(options, machine);
  const show = (done: number): void => options.onProgress?.(done, COMPARISON_STEPS + shapes.length * buckets.length);
  const whyLate = latenessOf(fresh ? FRESH_SWEEP_MS_MAX : SWEEP_MS_MAX, signal);

  show(0);
  const pictures = async (): Promise<readonly string[]> => (await drawing).compared;
  const [shape = { workers: 1, threads: 1 }] = shapes;
  const { modelRef, candidates, pool } = await compareVariants(pools, models, { wish, shape, pictures });
  const { timed: picture } = await drawing;
  show(COMPARISON_STEPS);
  const onProgress = (done: number): void => show(COMPARISON_STEPS + done);
  const sweep = { pools, modelRef, shapes, buckets, limits, picture, exhaustive: fresh, whyLate, onProgress };
  const swept = await sweepShapes(sweep, pool);
  // without a promise nothing hangs on a composed time
  const { choice, rows } =
    sloMs === null
      ? { choice: choosePoint(swept.rows, limits), rows: swept.rows }
      : await settleChoice(swept.rows, limits, { pools, modelRef, picture, signal });
  if (choice.chosen === undefined) throw new StartRefused(refusalText(options, choice, swept.rejected));
  const chosen = present(modelRef, choice.chosen, choice.reason, rows);
  return { candidates, rows, chosen, rejected: [...choice.rejected, ...swept.rejected] };
}

function limitsOf({ sloMs, batchMax, rssBytesMax }: PlanOptions, { memoryBytes }: PlanMachine): ChoiceLimits {
  return {
    sloMs,
    batch: batchMax,
    workerBytesMax: rssBytesMax * WORKER_MEMORY_SHARE,
    totalBytesMax: memoryBytes * MACHINE_MEMORY_SHARE,
  };
}

/** Why there is no time for another measurement. The function throws what the signal was aborted with. */
function latenessOf(msMax: number, signal: AbortSignal | undefined): () => string | undefined {
  const begunMs = performance.now();
  return () => {
    signal?.throwIfAborted();
    return performance.now() - begunMs > msMax ? `the sweep's ${msMax / 1000} s were over` : undefined;
  };
}

function present(modelRef: string, chosen: PlanRow, reason: string, rows: readonly PlanRow[]): PlanChoice {
  const { workers, threads, batch, perSecond } = chosen;
  const used = rows.filter((row) => row.workers === workers && row.threads === threads && row.batch <= batch);
  return {
    modelRef,
    workers,
    threads,
    batchMax: batch,
    capacityPerSecond: perSecond,
    serviceTimes: used.map((row) => ({ batch: row.batch, p95Ms: row.service.p95Ms })),
    reason,
  };
}

function refusalText(
  { tier, batchMax }: PlanOptions,
  { at, reason, largestLegal }: ChoiceRefused<PlanRow>,
  notMeasured: readonly PlanRejection[],
): string {
  const name = tier === 'fast' ? 'FAST_BATCH_MAX' : 'HEAVY_INFERENCE_BATCH';
  const why = at === undefined ? (notMeasured.find(({ batch }) => batch === batchMax)?.reason ?? reason) : reason;
  const advice = largestLegal === undefined ? 'no batch is legal' : `the largest legal batch is ${largestLegal}`;
  return `${name}=${batchMax} cannot be served on this machine: ${why}; ${advice}`;
}
