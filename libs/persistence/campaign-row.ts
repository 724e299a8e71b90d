import type { CampaignState } from '#moderation/campaigns/campaign.js';
import type { CampaignFilter, RecordWhat } from '#moderation/campaigns/candidate.js';

/** A campaign over past assets. */
export interface Campaign {
  readonly id: string;
  readonly name: string;
  readonly note: string | null;
  readonly filter: CampaignFilter;
  readonly record: RecordWhat;
  /** Looks by the heavy tier; null: as many as it has time for. */
  readonly rateMaxPerSecond: number | null;
  readonly state: CampaignState;
  /** The version that judges; null until the batch service has begun. */
  readonly modelId: string | null;
  /** The policy that judges; null until it was started. */
  readonly policyVersion: number | null;
  /** How many assets were chosen when it was planned. */
  readonly counted: number;
  /** How many have a result, skipped ones among them. */
  readonly handled: number;
  /** On how many the heavy tier failed. */
  readonly failed: number;
  /** What ended it before its end. */
  readonly fault: string | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly changedAt: Date;
}

/** The columns of a `Campaign`, of the table named `campaign`. */
export const CAMPAIGN_COLUMNS = `id, name, note, filter, record, rate_max_per_second::float8 AS "rateMaxPerSecond", state,
  model_id AS "modelId", policy_version AS "policyVersion", counted::float8 AS counted, handled::float8 AS handled,
  failed::float8 AS failed, fault, created_by AS "createdBy", created_at AS "createdAt", started_at AS "startedAt",
  changed_at AS "changedAt"`;
