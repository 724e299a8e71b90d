import type { DataSource } from 'typeorm';

import type { CampaignExample, CampaignFlow, CampaignProgress, CampaignUnseen } from '#contracts/campaign-answer.js';
import type { Skip } from '#moderation/campaigns/candidate.js';

import { RECORDED } from './campaign-apply-store.js';
import { withDatabase } from './errors.js';

/** One of the results of a flow, with the flow that it is of. */
export type FlowExample = CampaignExample & Pick<CampaignFlow, 'from' | 'to' | 'label'>;

/** What a campaign has found, counted over its results. */
export class CampaignReportStore {
  constructor(private readonly database: DataSource) {}

  /** All ways from one verdict to another, the widest first. */
  flows(id: string): Promise<CampaignFlow[]> {
    return withDatabase(() => this.database.query<CampaignFlow[]>(FLOWS, [id]));
  }

  /** Up to `most` results of every flow that changes a verdict, those first that are farthest from another band. */
  examples(id: string, most: number): Promise<FlowExample[]> {
    return withDatabase(() => this.database.query<FlowExample[]>(EXAMPLES, [id, most]));
  }

  /** How many assets were not judged, by the reason. */
  async skipped(id: string): Promise<Partial<Record<Skip, number>>> {
    const rows = await withDatabase(() =>
      this.database.query<{ skipped: Skip; assets: number }[]>(
        `SELECT skipped, count(*)::float8 AS assets FROM campaign_result
         WHERE campaign_id = $1 AND skipped IS NOT NULL GROUP BY skipped`,
        [id],
      ),
    );
    return Object.fromEntries(rows.map(({ skipped, assets }) => [skipped, assets]));
  }

  /** Up to `most` assets that could not be looked at. */
  unseen(id: string, most: number): Promise<CampaignUnseen[]> {
    return withDatabase(() =>
      this.database.query<CampaignUnseen[]>(
        `SELECT asset_id AS "assetId", coalesce(detail, 'unknown') AS reason, coalesce(attempts, 1) AS attempts
         FROM campaign_result WHERE campaign_id = $1 AND skipped = 'failed' ORDER BY asset_id LIMIT $2`,
        [id, most],
      ),
    );
  }

  /** How far the results have come into force, or have been undone. */
  async applied(id: string, undoing: boolean): Promise<CampaignProgress> {
    const rows = await withDatabase(() => this.database.query<CampaignProgress[]>(APPLIED, [id, undoing]));
    return rows[0] ?? { done: 0, total: 0 };
  }
}

const FLOWS = `
  SELECT from_verdict AS "from", to_verdict AS "to", label, sum(n)::float8 AS assets, sum(shown)::float8 AS served,
    coalesce(jsonb_object_agg(outcome, n) FILTER (WHERE outcome IS NOT NULL), '{}') AS outcomes
  FROM (
    SELECT from_verdict, to_verdict, label, outcome, count(*) AS n, count(*) FILTER (WHERE from_served) AS shown
    FROM campaign_result WHERE campaign_id = $1 AND to_verdict IS NOT NULL
    GROUP BY from_verdict, to_verdict, label, outcome) AS by_outcome
  GROUP BY from_verdict, to_verdict, label
  ORDER BY from_verdict = to_verdict, assets DESC, from_verdict, to_verdict, label`;

const EXAMPLES = `
  SELECT "from", "to", label, "assetId", margin, outcome
  FROM (
    SELECT from_verdict AS "from", to_verdict AS "to", label, asset_id AS "assetId", margin::float8 AS margin, outcome,
      row_number() OVER (PARTITION BY from_verdict, to_verdict, label ORDER BY margin DESC, asset_id) AS place
    FROM campaign_result WHERE campaign_id = $1 AND to_verdict <> from_verdict) AS ranked
  WHERE place <= $2
  ORDER BY "from", "to", label, place`;

const APPLIED = `
  SELECT (count(*) FILTER (WHERE CASE WHEN $2 THEN r.outcome IN ('rolled_back', 'kept') ELSE r.outcome IS NOT NULL END))
      ::float8 AS done,
    (count(*) FILTER (WHERE CASE WHEN $2 THEN r.revision_applied IS NOT NULL ELSE true END))::float8 AS total
  FROM campaign k JOIN campaign_result r ON r.campaign_id = k.id AND ${RECORDED}
  WHERE k.id = $1`;
