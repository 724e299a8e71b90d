import { StartRefused } from '#contracts/errors.js';
import type { PlanCandidate } from '#contracts/plan-answer.js';
import type { Shape } from '#moderation/capacity/plan-shapes.js';
import { decideVariant, type VariantWish } from '#moderation/capacity/plan-variant.js';
import { ClassifierRefused } from '../classifier/errors.js';
import { variantPasses } from '../models/variant.js';
import { agreementOf } from '../models/variant-agreement.js';
import type { PlanModel, PlanModels, PlanVariant } from './plan-models.js';
import { timesOf } from './plan-times.js';
import { runsFor, type TimedPool } from './timed-pool.js';
import type { TimedPools } from './timed-pools.js';

/** Which variant serves, and its warm processes, to be timed further. */
export interface Comparison {
  readonly modelRef: string;
  readonly candidates: readonly PlanCandidate[];
  readonly pool: TimedPool;
}

interface Wanted {
  readonly wish: VariantWish;
  readonly shape: Shape;
  /** Gives the paths of what answers are compared on. */
  readonly pictures: () => Promise<readonly string[]>;
}

interface Opened<M extends PlanModel = PlanModel> {
  readonly model: M;
  readonly pool: TimedPool;
}

/** More processes of each variant than this tell nothing new, and both are in memory at the same time. */
const WORKERS_MAX = 4;
/** In turn, so that whatever else the machine does strikes both alike. */
const ROUNDS = 5;
const ROUND_EFFORT = { targetMs: 30, runsMin: 1, runsMax: 5 };

/**
 * Decides between a model and its int8 variant: published agreement, agreement on this machine, speed on this machine.
 * An int8 variant that cannot be loaded is not used, unless it is set.
 *
 * @throws StartRefused when int8 is set and there is none; ClassifierRefused when the model cannot be served
 */
export async function compareVariants(
  pools: TimedPools,
  { base, int8 }: PlanModels,
  { wish, shape, pictures }: Wanted,
): Promise<Comparison> {
  const opened = { workers: Math.min(shape.workers, WORKERS_MAX), threads: shape.threads };
  const open = async <M extends PlanModel>(model: M): Promise<Opened<M>> => ({
    model,
    pool: await pools.open(model.modelRef, opened),
  });
  if (wish === 'int8' && int8 === undefined)
    throw new StartRefused(`${base.modelRef} has no int8 variant, but it is set`);
  if (wish === 'int8' && int8 !== undefined) return alone(await open(int8), 'int8', 'int8 is set');
  if (wish === 'f32' || int8 === undefined) {
    return alone(await open(base), 'f32', decideVariant(wish, undefined).reason);
  }
  const opening = Promise.all([open(base), open(int8).catch(refusalOf)]);
  const paths = await pictures();
  const [first, second] = await opening;
  if (typeof second === 'string') return alone(first, 'f32', `int8 cannot be served: ${second}`);
  return inTurn(first, second, paths);
}

async function inTurn(base: Opened, int8: Opened<PlanVariant>, paths: readonly string[]): Promise<Comparison> {
  const [baseScores, int8Scores] = await Promise.all([base.pool.scores(paths), int8.pool.scores(paths)]);
  const agreement = agreementOf(baseScores, int8Scores);
  const runs = runsFor(await base.pool.warm(1), ROUND_EFFORT);
  await int8.pool.warm(1);
  const baseMs: number[] = [];
  const int8Ms: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    baseMs.push(...(await base.pool.inference(1, runs)));
    int8Ms.push(...(await int8.pool.inference(1, runs)));
  }
  const times = { base: timesOf(baseMs), int8: timesOf(int8Ms) };
  const { useInt8, reason } = decideVariant('auto', {
    baseMs: times.base.p50Ms,
    variantMs: times.int8.p50Ms,
    publishedPasses: variantPasses(int8.model.published),
    passesHere: variantPasses(agreement),
  });
  const [served, other] = useInt8 ? [int8, base] : [base, int8];
  await other.pool.close();
  const candidates: PlanCandidate[] = [
    { ...idOf(base.model), kind: 'f32', inference: times.base, agreement: null, used: !useInt8, reason },
    { ...idOf(int8.model), kind: 'int8', inference: times.int8, agreement, used: useInt8, reason },
  ];
  return { modelRef: served.model.modelRef, candidates, pool: served.pool };
}

function alone({ model, pool }: Opened, kind: PlanCandidate['kind'], reason: string): Comparison {
  const candidate = { ...idOf(model), kind, inference: null, agreement: null, used: true, reason };
  return { modelRef: model.modelRef, candidates: [candidate], pool };
}

const idOf = ({ modelRef, sha256 }: PlanModel): PlanModel => ({ modelRef, sha256 });

/** @throws the error itself when it is no refusal */
function refusalOf(error: unknown): string {
  if (error instanceof ClassifierRefused) return error.message;
  throw error;
}
