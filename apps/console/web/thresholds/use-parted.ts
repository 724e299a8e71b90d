import { useMemo } from 'react';

import type { ThresholdAnswer, ThresholdPreview } from '#contracts/threshold-answer.js';
import type { Thresholds } from '#moderation/policy.js';

import { countedOf, partedAt, type Parted } from './counts.js';

/** What the thresholds make of the scores: at once from the counts, and as the service counted where it has. */
export function usePartedAt(live: ThresholdAnswer, value: Thresholds, exact: ThresholdPreview | undefined): Parted {
  const { histogram } = live.statistics;
  const all = useMemo(() => countedOf(histogram), [histogram]);
  if (exact === undefined) return partedAt(all, value);
  const { bands, confusion } = exact.statistics;
  return { bands, mayBeOff: 0, ...confusion };
}
