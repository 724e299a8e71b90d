import type { ClassifyOutcome, Scored } from '#contracts/classify.js';
import type { Shape } from '#moderation/capacity/plan-shapes.js';
import type { ClassifierPool } from '../classifier/pool.js';

/** What one batch of pictures took. */
export interface ServedBatch {
  readonly ms: number;
  /** What of it was not inference: decode, for the most part. */
  readonly restMs: number;
  /** Of one of its pictures. */
  readonly views: number;
}

/** Warm processes of one model and one shape, to time. */
export class TimedPool {
  constructor(
    private readonly pool: ClassifierPool,
    readonly shape: Shape,
  ) {}

  /** Resident memory of all processes, as last seen. */
  get rssBytes(): number {
    return this.pool.state().rssBytes;
  }

  /** Runs `batch` views twice, as the first run allocates. @returns milliseconds of the slowest second run */
  async warm(batch: number): Promise<number> {
    const times = await this.pool.time(batch, 2);
    return Math.max(...times.map((runs) => runs.at(-1) ?? 0));
  }

  /** Milliseconds of each run of `batch` synthetic views, of all processes, which run at the same time. */
  async inference(batch: number, runs: number): Promise<number[]> {
    return (await this.pool.time(batch, runs)).flat();
  }

  /** `batch` times a picture, `runs` times in every process, from path to scores, as a caller sees it. */
  async service(path: string, batch: number, runs: number): Promise<ServedBatch[]> {
    const items = Array.from({ length: batch }, () => ({ path }));
    const lane = async (): Promise<ServedBatch[]> => {
      const served: ServedBatch[] = [];
      while (served.length < runs) {
        const begun = performance.now();
        const { outcomes } = await this.pool.classify(items);
        const ms = performance.now() - begun;
        const scored = outcomes.map(scoredOf);
        const inferenceMs = sum(scored.map((one) => one.inferenceMs));
        served.push({ ms, restMs: ms - inferenceMs, views: scored[0]?.views.length ?? 0 });
      }
      return served;
    };
    return (await Promise.all(Array.from({ length: this.shape.workers }, lane))).flat();
  }

  /** The scores of every view of some pictures, in order. @throws Error for a picture that is not accepted */
  async scores(paths: readonly string[]): Promise<(readonly number[])[]> {
    const rows: (readonly number[])[] = [];
    for (const path of paths) {
      const [outcome] = (await this.pool.classify([{ path }])).outcomes;
      if (outcome?.kind !== 'scored') throw new Error(`the picture ${path} was not scored`);
      rows.push(...outcome.views);
    }
    return rows;
  }

  close(): Promise<void> {
    return this.pool.close(0);
  }
}

/** @throws Error for a picture that is not accepted */
function scoredOf(outcome: ClassifyOutcome): Scored {
  if (outcome.kind === 'rejected') throw new Error(`a sample picture was not accepted: ${outcome.detail}`);
  return outcome;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** How long something is timed, and in how many runs. */
export interface Effort {
  readonly targetMs: number;
  readonly runsMin: number;
  readonly runsMax: number;
}

/** How often to run what takes so many milliseconds. */
export const runsFor = (ms: number, { targetMs, runsMin, runsMax }: Effort): number =>
  Math.max(runsMin, Math.min(runsMax, Math.round(targetMs / ms)));
