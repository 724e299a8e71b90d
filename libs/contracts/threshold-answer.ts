import type { Finding } from '#moderation/label.js';
import type { Thresholds } from '#moderation/policy.js';
import type { LabelFigures, LabelStatistics } from '#moderation/statistics/label-statistics.js';
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

/** How many assets of a sample a version of a model scored. */
export interface ModelShare {
  readonly modelId: string;
  readonly assets: number;
}

/** What a policy with thresholds would do, by stored scores. Times are RFC 3339 in UTC. */
interface ThresholdLoad {
  readonly label: Finding;
  readonly tier: Tier;
  /** Those that were asked about. */
  readonly thresholds: Thresholds;
  readonly receivedFrom: string;
  readonly receivedBefore: string;
  /** When the sample was read. */
  readonly readAt: string;
  /** Assets of the sample: the newest of the window, and all of them unless `truncated`. */
  readonly assets: number;
  readonly truncated: boolean;
  /** That the sample is spread over. */
  readonly days: number;
  /** Versions of the tier's model that scored the sample, the one that scored most first. */
  readonly models: readonly ModelShare[];
  /** What the policy makes of the sample, all labels together. */
  readonly policy: PolicyLoad;
  readonly reviewsPerDay: number;
  readonly heavy: HeavyLoad;
  /** Raising `blockFrom` may have more blocked, because of a rule of the policy for late blocks. */
  readonly raisingMayBlock: boolean;
}

/** What thresholds of one label and tier would do in the live policy. */
export interface ThresholdAnswer extends ThresholdLoad {
  /** Those of the live policy. */
  readonly live: Thresholds;
  readonly liveVersion: number;
  readonly statistics: LabelStatistics;
}

/** What a policy that nobody has stored would do. */
export interface ThresholdPreview extends ThresholdLoad {
  readonly statistics: LabelFigures;
}
