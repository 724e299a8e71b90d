import type { CampaignFacts } from '#contracts/campaign-answer.js';
import type { CampaignWait } from '#moderation/campaigns/campaign.js';

/** A campaign as it is kept. */
export interface Campaign extends CampaignFacts {
  /** What ended it before its end. */
  readonly fault: string | null;
  /** What its work waits for, and since when; null while it goes on. */
  readonly waitsFor: CampaignWait | null;
  readonly waitsSince: Date | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly changedAt: Date;
}

/** The columns of a `Campaign`, of the table named `campaign`. */
export const CAMPAIGN_COLUMNS = `id, name, note, filter, record, rate_max_per_second::float8 AS "rateMaxPerSecond", state,
  model_id AS "modelId", policy_version AS "policyVersion", counted::float8 AS counted, handled::float8 AS handled,
  failed::float8 AS failed, fault, waits_for AS "waitsFor", waits_since AS "waitsSince", created_by AS "createdBy", created_at AS "createdAt", started_at AS "startedAt",
  changed_at AS "changedAt"`;

/** An assignment: whatever it waited for, it goes on, or has been told something else. */
export const WAITS_NO_MORE = 'waits_for = NULL, waits_since = NULL';
