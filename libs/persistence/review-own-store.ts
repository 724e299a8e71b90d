import type { DataSource } from 'typeorm';

import type { Finding } from '#moderation/label.js';
import type { Verdict } from '#moderation/words.js';

import { withDatabase } from './errors.js';
import { foundLabels } from './found-labels.js';

/** A decision that somebody took. */
export interface OwnDecision {
  readonly assetId: string;
  readonly revision: number;
  readonly reviewId: string | null;
  readonly verdict: Verdict;
  readonly policyLabel: Finding | null;
  /** What any decision found in the asset. */
  readonly labels: readonly Finding[];
  readonly note: string | null;
  readonly decidedAt: Date;
  /** By the database, to the microsecond: where the next page begins. */
  readonly decidedMicros: string;
  readonly bulkId: string | null;
  readonly undoable: boolean;
}

/** Where a page of decisions ended. */
export type OwnPlace = Pick<OwnDecision, 'decidedMicros' | 'assetId'>;

/** Reads what people decided. */
export class ReviewOwnStore {
  constructor(private readonly database: DataSource) {}

  /** Of one person, the newest first. */
  page(moderator: string, most: number, after?: OwnPlace): Promise<OwnDecision[]> {
    const parameters = [moderator, after?.decidedMicros ?? null, after?.assetId ?? null, most];
    return withDatabase(() => this.database.query<OwnDecision[]>(PAGE, parameters));
  }
}

/** Two decisions of one person on one asset are never taken at once. */
const PAGE = `
  SELECT d.asset_id AS "assetId", d.revision, d.verdict, d.policy_label AS "policyLabel", ${foundLabels('d.asset_id')} AS labels, d.note,
    d.decided_at AS "decidedAt", (extract(epoch FROM d.decided_at) * 1000000)::bigint::text AS "decidedMicros",
    b.bulk_id AS "bulkId", a.standing_revision = d.revision AND a.erased_at IS NULL AS undoable,
    (SELECT r.id FROM review r WHERE r.asset_id = d.asset_id ORDER BY r.opened_at DESC LIMIT 1) AS "reviewId"
  FROM decision d JOIN asset a ON a.id = d.asset_id
  LEFT JOIN bulk_decision_item b ON b.asset_id = d.asset_id AND b.revision = d.revision
  WHERE d.actor = $1 AND d.source = 'moderator' AND d.cause IS NULL
    AND ($2::bigint IS NULL OR (d.decided_at, d.asset_id) <
      (to_timestamp(0) + $2::bigint * interval '1 microsecond', $3::uuid))
  ORDER BY d.decided_at DESC, d.asset_id DESC
  LIMIT $4`;
