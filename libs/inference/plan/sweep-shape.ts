import type { PlanRejection, PlanRow } from '#contracts/plan-answer.js';
import type { ChoiceLimits } from '#moderation/capacity/plan-choice.js';
import { whyStop } from '#moderation/capacity/plan-skip.js';
import { ClassifierFailed } from '../classifier/errors.js';
import { composeService, percentile, perSecond, timesOf } from './plan-times.js';
import { runsFor, type ServedBatch, type TimedPool } from './timed-pool.js';

/** What bounds the sweep of one shape. */
export interface ShapeSweep {
  readonly buckets: readonly number[];
  readonly limits: ChoiceLimits;
  /** An ordinary picture, to time decode and inference together. */
  readonly picture: string;
  /** Most images a second of the shapes before; 0 for the first. */
  readonly bestElsewhere: number;
  /** Every batch size is measured, whatever the others brought. */
  readonly toTheEnd: boolean;
  /** Why there is no time for another measurement; undefined: there is. */
  readonly whyLate: () => string | undefined;
  readonly onMeasured: () => void;
}

export interface SweptShape {
  readonly rows: readonly PlanRow[];
  readonly rejected: readonly PlanRejection[];
}

const INFERENCE_EFFORT = { targetMs: 80, runsMin: 2, runsMax: 12 };
const SERVICE_EFFORT = { targetMs: 120, runsMin: 3, runsMax: 10 };

/**
 * Times a shape at each batch size, all its processes at work at the same time. Single pictures are timed
 * from their path to their scores; what larger batches take is put together of their decode and the batch's own runs.
 *
 * @throws ClassifierFailed when not even one image at a time can be run
 */
export async function sweepShape(pool: TimedPool, sweep: ShapeSweep): Promise<SweptShape> {
  const rows: PlanRow[] = [];
  const singles: ServedBatch[] = [];
  let why: string | undefined;
  for (const batch of sweep.buckets) {
    why = sweep.whyLate() ?? (sweep.toTheEnd ? undefined : whyStop(rows, sweep.bestElsewhere, sweep.limits));
    if (why !== undefined) break;
    try {
      if (batch === 1) singles.push(...(await servedOneByOne(pool, sweep.picture)));
      rows.push(await measure(pool, batch, singles));
    } catch (error) {
      why = failureOf(error, rows);
      break;
    }
    sweep.onMeasured();
  }
  const left = sweep.buckets.slice(rows.length);
  return { rows, rejected: left.map((batch) => ({ ...pool.shape, batch, reason: `not measured: ${why ?? ''}` })) };
}

/** @param singles what single pictures took in these processes */
async function measure(pool: TimedPool, batch: number, singles: readonly ServedBatch[]): Promise<PlanRow> {
  const runs = runsFor(await pool.warm(batch), INFERENCE_EFFORT);
  const inference = timesOf(await pool.inference(batch, runs));
  const decodeMs = percentile(
    singles.map(({ restMs }) => restMs),
    0.5,
  );
  const picture = { decodeMs, views: singles[0]?.views ?? 1 };
  const service = batch === 1 ? timesOf(singles.map(({ ms }) => ms)) : composeService(picture, inference, batch);
  const { workers, threads } = pool.shape;
  const serviceMeasured = batch === 1;
  const rate = perSecond(workers, batch, service);
  return { workers, threads, batch, inference, service, serviceMeasured, perSecond: rate, rssBytes: pool.rssBytes };
}

async function servedOneByOne(pool: TimedPool, picture: string): Promise<ServedBatch[]> {
  const cold = await pool.service(picture, 1, 2);
  return pool.service(picture, 1, runsFor(Math.max(...cold.slice(1).map(({ ms }) => ms)), SERVICE_EFFORT));
}

/** A batch that its process does not survive is none to choose. */
function failureOf(error: unknown, rows: readonly PlanRow[]): string {
  if (rows.length > 0 && error instanceof ClassifierFailed) return error.message;
  throw error;
}
