import type { Shape } from '#moderation/capacity/plan-shapes.js';
import { ClassifierPool } from '../classifier/pool.js';
import type { PlanOptions } from './plan-options.js';
import { TimedPool } from './timed-pool.js';

/** The processes of one measurement: whatever it opens is closed with it. */
export class TimedPools {
  private readonly opened = new Set<ClassifierPool>();

  constructor(private readonly options: PlanOptions) {}

  /**
   * @param inferenceBatch most views of one run when pictures are timed; synthetic views run in any batch
   * @throws ClassifierRefused when the model cannot be served
   */
  async open(modelRef: string, shape: Shape, inferenceBatch = 1): Promise<TimedPool> {
    const { entry, modelRoot, imageLimits, nice, callMsMax, rssBytesMax } = this.options;
    const pool = new ClassifierPool({
      entry,
      host: { modelRoot, modelRef, threads: shape.threads, inferenceBatch, decodeAhead: 1, imageLimits, nice },
      processes: shape.workers,
      inFlightPerProcess: 1,
      queueMax: shape.workers,
      callMsMax,
      rssBytesMax,
    });
    this.opened.add(pool);
    await pool.start();
    return new TimedPool(pool, shape);
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.opened].map((pool) => pool.close(0)));
  }
}
