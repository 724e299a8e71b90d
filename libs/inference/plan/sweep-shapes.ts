import type { PlanRejection, PlanRow } from '#contracts/plan-answer.js';
import type { ChoiceLimits } from '#moderation/capacity/plan-choice.js';
import type { Shape } from '#moderation/capacity/plan-shapes.js';
import { sweepShape, type ShapeSweep, type SweptShape } from './sweep-shape.js';
import type { TimedPool } from './timed-pool.js';
import type { TimedPools } from './timed-pools.js';

/** A sweep of several shapes by several batch sizes. */
export interface Sweep {
  readonly pools: TimedPools;
  readonly modelRef: string;
  /** The most promising first: it is swept to the end. */
  readonly shapes: readonly Shape[];
  readonly buckets: readonly number[];
  readonly limits: ChoiceLimits;
  readonly picture: string;
  /** Every shape is swept to the end. */
  readonly exhaustive: boolean;
  /** Why there is no time for another measurement; undefined: there is. */
  readonly whyLate: () => string | undefined;
  /** @param done of shapes × buckets */
  readonly onProgress: (done: number) => void;
}

/**
 * Times every shape at every batch size that may be worth it.
 *
 * @param ready processes that are there already; they are used for their shape, and closed
 * @throws ClassifierFailed when a shape cannot even run one image at a time
 */
export async function sweepShapes(sweep: Sweep, ready: TimedPool): Promise<SweptShape> {
  const { shapes, buckets, whyLate, pools, modelRef } = sweep;
  const rows: PlanRow[] = [];
  const rejected: PlanRejection[] = [];
  let pool = ready;
  for (const [place, shape] of shapes.entries()) {
    const late = place === 0 ? undefined : whyLate();
    if (late !== undefined) {
      rejected.push(...buckets.map((batch) => ({ ...shape, batch, reason: `not measured: ${late}` })));
      continue;
    }
    if (!isSame(pool.shape, shape)) {
      await pool.close();
      pool = await pools.open(modelRef, shape);
    }
    const swept = await sweepShape(pool, boundsOf(sweep, place, rows));
    rows.push(...swept.rows);
    rejected.push(...swept.rejected);
    sweep.onProgress((place + 1) * buckets.length);
  }
  await pool.close();
  return { rows, rejected };
}

function boundsOf(sweep: Sweep, place: number, before: readonly PlanRow[]): ShapeSweep {
  const { buckets, limits, picture, exhaustive, whyLate, onProgress } = sweep;
  // a batch that the operator has fixed is measured once at least, whatever stands against it
  const mustFinish = place === 0 && limits.batch > 0;
  let measured = 0;
  return {
    buckets,
    limits,
    picture,
    bestElsewhere: Math.max(0, ...before.map(({ perSecond }) => perSecond)),
    toTheEnd: exhaustive || mustFinish,
    whyLate: () => {
      const late = whyLate();
      return mustFinish || (place === 0 && measured === 0) ? undefined : late;
    },
    onMeasured: () => {
      measured += 1;
      onProgress(place * buckets.length + measured);
    },
  };
}

const isSame = (a: Shape, b: Shape): boolean => a.workers === b.workers && a.threads === b.threads;
