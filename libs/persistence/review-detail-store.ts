import type { DataSource } from 'typeorm';

import type { ViewName } from '#contracts/prepared-image.js';
import type { Label } from '#moderation/label.js';
import type { PolicyDocument } from '#moderation/policy.js';
import type { CaseStep, Tier, Transition } from '#moderation/words.js';

import { AssetEntity } from './entities/asset.entity.js';
import type { DecisionEntity } from './entities/decision.entity.js';
import { ReviewEntity } from './entities/review.entity.js';
import { withDatabase } from './errors.js';
import { neighboursOf, type CaseNeighbours } from './review-neighbours.js';

/** A decision with what it did to what was served. Milliseconds. */
export interface ReconciledDecision extends DecisionEntity {
  readonly transition: Transition | null;
  readonly exposureMs: number | null;
  readonly wrongfulHoldMs: number | null;
}

/** The scores behind one machine decision: per class of the model, and the policy they were held against. */
export interface WeighedScores {
  readonly tier: Tier;
  readonly revision: number;
  readonly modelId: string;
  readonly policyVersion: number;
  readonly document: Pick<PolicyDocument, 'thresholds'>;
  readonly scores: number[];
  readonly labels: Label[];
  /** Of each view, a row with a score per class; null where only the worst are kept, as the fast tier's are. */
  readonly viewScores: readonly (readonly number[])[] | null;
  /** What each of them shows; null with `viewScores`. */
  readonly viewNames: readonly ViewName[] | null;
}

/** What somebody did with a case. */
export interface StoredStep {
  readonly at: Date;
  readonly actor: string;
  readonly did: CaseStep;
  readonly note: string | null;
  readonly assignee: string | null;
  readonly until: Date | null;
}

export interface ReviewDetail {
  readonly review: ReviewEntity;
  readonly asset: AssetEntity;
  /** First to newest. */
  readonly decisions: readonly ReconciledDecision[];
  /** In the order of the decisions. */
  readonly scores: readonly WeighedScores[];
  /** First to newest, the newest 100. */
  readonly steps: readonly StoredStep[];
  readonly neighbours: CaseNeighbours;
}

/** Reads a case with all that it was judged by. */
export class ReviewDetailStore {
  constructor(private readonly database: DataSource) {}

  /** All parts as of one moment; undefined for an id that no case has. */
  find(id: string): Promise<ReviewDetail | undefined> {
    return withDatabase(() =>
      this.database.transaction('REPEATABLE READ', async (snapshot) => {
        const review = await snapshot.findOneBy(ReviewEntity, { id });
        if (review === null) return undefined;
        const { assetId } = review;
        return {
          review,
          asset: await snapshot.findOneByOrFail(AssetEntity, { id: assetId }),
          decisions: await snapshot.query<ReconciledDecision[]>(DECISIONS, [assetId]),
          scores: await snapshot.query<WeighedScores[]>(SCORES, [assetId]),
          steps: await snapshot.query<StoredStep[]>(STEPS, [id]),
          neighbours: await neighboursOf(snapshot, assetId),
        };
      }),
    );
  }
}

/** Of the asset `$1`, first to newest. */
export const DECISIONS = `
  SELECT d.asset_id AS "assetId", d.revision, d.stage, d.verdict, d.band, d.source, d.reasons,
    d.policy_version AS "policyVersion", d.model_id AS "modelId", d.bank_match AS match, d.supersedes, d.actor, d.policy_label AS "policyLabel",
    d.note, d.cause, d.cause_id AS "causeId", d.decided_at AS "decidedAt", r.transition, r.exposure_ms::float8 AS "exposureMs",
    r.wrongful_hold_ms::float8 AS "wrongfulHoldMs"
  FROM decision d LEFT JOIN reconciliation r USING (asset_id, revision)
  WHERE d.asset_id = $1 ORDER BY d.revision`;

/** Behind the decisions of the asset `$1`. `float8` holds a `real` exactly: the very numbers that were judged. */
export const SCORES = `
  SELECT d.source AS tier, d.revision, d.model_id AS "modelId", p.version AS "policyVersion", p.document,
    c.scores::float8[] AS scores, m.labels, c.view_scores::float8[] AS "viewScores", c.view_names AS "viewNames"
  FROM decision d
  JOIN classification c ON c.asset_id = d.asset_id AND c.model_id = d.model_id
  JOIN model_version m ON m.id = d.model_id
  JOIN policy_version p ON p.version = d.policy_version
  WHERE d.asset_id = $1 AND d.source IN ('fast', 'heavy') AND d.cause IS DISTINCT FROM 'undo'
  ORDER BY d.revision`;

const STEPS = `
  SELECT * FROM (
    SELECT id, at, actor, did, note, assignee, until FROM review_step WHERE review_id = $1 ORDER BY id DESC LIMIT 100
  ) AS newest ORDER BY id`;
