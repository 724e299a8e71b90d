import type { DataSource } from 'typeorm';

import type { CampaignFilter } from '#moderation/campaigns/candidate.js';
import type { LabelledBatch } from '#moderation/campaigns/forecast.js';
import type { Verdict } from '#moderation/words.js';

import { chosenOf, HUMAN, PENDING } from './campaign-choice.js';
import { withDatabase } from './errors.js';

/** How many assets a filter chooses now, and what is to be done about them. */
export interface CampaignCount {
  readonly chosen: number;
  /** Skipped: a person has decided. */
  readonly humanDecided: number;
  /** Skipped: their ordinary final is still to come. */
  readonly pending: number;
  /** A bank knows their bytes: it judges them. */
  readonly banked: number;
  /** Of the others, the model gave their scores before: they are judged again without another look. */
  readonly scored: number;
}

/** One of the assets that a filter chooses. */
export interface CampaignSample {
  readonly assetId: string;
  readonly receivedAt: Date;
  readonly verdict: Verdict;
  readonly modelId: string | null;
  readonly policyVersion: number;
}

/** As many of the newest assets tell how fast the heavy tier is. */
const RATE_ASSETS = 2_000;

/** What a campaign would do, told without doing it. */
export class CampaignPlanStore {
  constructor(private readonly database: DataSource) {}

  /** Exact. @param modelId the model that would judge; undefined where it is not known */
  async count(filter: CampaignFilter, modelId: string | undefined): Promise<CampaignCount> {
    const rows = await withDatabase(() =>
      this.database.query<CampaignCount[]>(COUNT, [JSON.stringify(filter), modelId ?? null]),
    );
    return rows[0] ?? { chosen: 0, humanDecided: 0, pending: 0, banked: 0, scored: 0 };
  }

  /** The client of this name; undefined for nobody. */
  async clientId(name: string): Promise<string | undefined> {
    const rows = await withDatabase(() =>
      this.database.query<{ id: string }[]>(`SELECT id FROM client WHERE name = $1`, [name]),
    );
    return rows[0]?.id;
  }

  /** Some of the chosen assets, the newest first. */
  sample(filter: CampaignFilter, most: number): Promise<CampaignSample[]> {
    return withDatabase(() => this.database.query<CampaignSample[]>(SAMPLE, [JSON.stringify(filter), most]));
  }

  /** When the heavy tier labelled the newest assets, and how many at a time. @param sinceMs epoch */
  labelled(sinceMs: number): Promise<LabelledBatch[]> {
    return withDatabase(() => this.database.query<LabelledBatch[]>(LABELLED, [new Date(sinceMs), RATE_ASSETS]));
  }
}

const COUNT = `
  WITH known AS MATERIALIZED (
    SELECT DISTINCT e.sha256 FROM bank_entry e JOIN bank b ON b.id = e.bank_id
    WHERE e.sha256 IS NOT NULL AND e.removed_at IS NULL AND (e.disabled_until IS NULL OR e.disabled_until <= now())
      AND (b.disabled_until IS NULL OR b.disabled_until <= now())
  ), chosen AS (
    SELECT a.id, ${HUMAN} OR ${PENDING} AS passed, ${HUMAN} AS human, a.sha256 IN (SELECT sha256 FROM known) AS banked
    ${chosenOf('asset')}
  )
  SELECT count(*)::float8 AS chosen, (count(*) FILTER (WHERE human))::float8 AS "humanDecided",
    (count(*) FILTER (WHERE passed AND NOT human))::float8 AS pending,
    (count(*) FILTER (WHERE NOT passed AND banked))::float8 AS banked,
    (count(*) FILTER (WHERE NOT passed AND NOT banked AND c.asset_id IS NOT NULL))::float8 AS scored
  FROM chosen LEFT JOIN classification c ON c.asset_id = chosen.id AND c.model_id = $2`;

const SAMPLE = `
  SELECT a.id AS "assetId", a.received_at AS "receivedAt", a.verdict, d.model_id AS "modelId",
    d.policy_version AS "policyVersion"
  ${chosenOf('asset')}
  ORDER BY a.id DESC
  LIMIT $2`;

const LABELLED = `
  SELECT extract(epoch FROM c.created_at)::float8 * 1000 AS "atMs", count(*)::integer AS images
  FROM (SELECT id FROM asset ORDER BY id DESC LIMIT $2) AS a
  JOIN classification c ON c.asset_id = a.id AND c.tier = 'heavy' AND c.created_at >= $1
  GROUP BY c.created_at`;
