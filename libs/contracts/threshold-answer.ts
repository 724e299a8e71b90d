import type { Finding } from '#moderation/label.js';
import type { Thresholds } from '#moderation/policy.js';
import type { LabelStatistics } from '#moderation/statistics/label-statistics.js';
import type { PolicyLoad } from '#moderation/statistics/policy-load.js';
import type { Tier } from '#moderation/words.js';

/** What the heavy tier works, and what that costs. Seconds are those of one core; money is not rounded. */
export interface HeavyLoad {
  /** Core seconds an asset took in this window; null where none was measured. */
  readonly secondsPerAsset: number | null;
  readonly secondsPerDay: number | null;
  /** If it looked at what the fast tier leaves uncertain, and at nothing else. */
  readonly secondsPerDayIfUncertainOnly: number | null;
  /** Null where the seconds are, and for those who may not read costs. */
  readonly costPerDay: number | null;
  readonly costPerDayIfUncertainOnly: number | null;
  readonly currency: string;
}

/** What thresholds of one label and tier would do, by stored scores. Times are RFC 3339 in UTC. */
export interface ThresholdAnswer {
  readonly label: Finding;
  readonly tier: Tier;
  /** Those that were asked about. */
  readonly thresholds: Thresholds;
  /** Those of the live policy. */
  readonly live: Thresholds;
  readonly liveVersion: number;
  readonly receivedFrom: string;
  readonly receivedBefore: string;
  /** Assets of the sample: the newest of the window, and all of them unless `truncated`. */
  readonly assets: number;
  readonly truncated: boolean;
  /** That the sample is spread over. */
  readonly days: number;
  readonly statistics: LabelStatistics;
  /** What the live policy with these thresholds makes of the sample, all labels together. */
  readonly policy: PolicyLoad;
  readonly reviewsPerDay: number;
  readonly heavy: HeavyLoad;
}
