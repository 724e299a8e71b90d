import type { ImageFacts, ImageRejection } from '#contracts/prepared-image.js';
import { ClassifierFailed, ClassifierOverloaded, ClassifierUnavailable } from '#inference/classifier-errors.js';
import type { ClassifierPool } from '#inference/classifier-pool.js';
import { judgeProvisional, judgeUnavailable, type Judgement, type Unavailability } from '#moderation/judge.js';
import { labelScores, worstScores } from '#moderation/label-scores.js';
import type { Label } from '#moderation/label.js';
import type { Policy } from '#moderation/policy.js';
import type { ProvisionalVerdict } from '#moderation/words.js';

/** What the fast tier saw: the worst score per class over all views, and the label of each class. */
export interface Seen {
  readonly facts: ImageFacts;
  readonly modelId: string;
  readonly labels: readonly Label[];
  readonly scores: readonly number[];
  readonly views: number;
}

/** What the fast tier saw, and what the policy makes of it. */
export interface Look {
  readonly kind: 'judged';
  readonly judgement: Judgement<ProvisionalVerdict>;
  /** Null where the fast tier gave no scores. */
  readonly seen: Seen | null;
  readonly queueMs: number;
  readonly decodeMs: number;
  readonly inferenceMs: number;
}

/**
 * Has the fast tier look at stored bytes. When it cannot, the policy's declared default holds and says so: an error
 * never becomes an allow, and the heavy tier decides.
 */
export async function look(
  pool: Pick<ClassifierPool, 'classify' | 'model'>,
  path: string,
  policy: Policy,
): Promise<Look | ImageRejection> {
  try {
    const { outcomes, queueMs } = await pool.classify([{ path }]);
    const { model } = pool;
    const outcome = outcomes[0];
    if (outcome === undefined) return unavailable(policy, 'fast_tier_failed');
    if (outcome.kind === 'rejected') return outcome;
    const { facts, views, decodeMs, inferenceMs } = outcome;
    const scores = worstScores(views, model.labels);
    const evidence = { scores: labelScores(scores, model.labels), degraded: facts.degraded };
    return {
      kind: 'judged',
      judgement: judgeProvisional(policy, evidence),
      seen: { facts, modelId: model.id, labels: model.labels, scores, views: views.length },
      queueMs,
      decodeMs,
      inferenceMs,
    };
  } catch (error) {
    if (error instanceof ClassifierOverloaded) return unavailable(policy, 'fast_tier_full');
    if (error instanceof ClassifierUnavailable) return unavailable(policy, 'fast_tier_not_ready');
    if (error instanceof ClassifierFailed) return unavailable(policy, 'fast_tier_failed');
    throw error;
  }
}

const unavailable = (policy: Policy, why: Unavailability): Look => ({
  kind: 'judged',
  judgement: judgeUnavailable(policy, why),
  seen: null,
  queueMs: 0,
  decodeMs: 0,
  inferenceMs: 0,
});
