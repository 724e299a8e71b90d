import type { CampaignFacts } from '#contracts/campaign-answer.js';

/** A campaign as it is kept. */
export interface Campaign extends CampaignFacts {
  /** What ended it before its end. */
  readonly fault: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly changedAt: Date;
}

/** The columns of a `Campaign`, of the table named `campaign`. */
export const CAMPAIGN_COLUMNS = `id, name, note, filter, record, rate_max_per_second::float8 AS "rateMaxPerSecond", state,
  model_id AS "modelId", policy_version AS "policyVersion", counted::float8 AS counted, handled::float8 AS handled,
  failed::float8 AS failed, fault, created_by AS "createdBy", created_at AS "createdAt", started_at AS "startedAt",
  changed_at AS "changedAt"`;
