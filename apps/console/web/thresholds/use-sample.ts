import { useEffect, useMemo, useState } from 'react';

import type { ThresholdAnswer, ThresholdPreview } from '#contracts/threshold-answer.js';
import type { PolicyDocument } from '#moderation/policy.js';

import { useThresholdPreview, useThresholds } from '../api/thresholds.js';
import { timesOf, type Shown } from './address.js';

/** A handle that moves asks the service when it has stood still for this long. */
const STILL_MS = 180;

/** What is known of the assets that are looked at; all of the label and tier that are shown. */
export interface Sample {
  /** What was counted, and what the live thresholds do. */
  readonly live: ThresholdAnswer | undefined;
  /** What the page's thresholds do. */
  readonly found: ThresholdPreview | undefined;
  /** They have been moved since. */
  readonly isOld: boolean;
  readonly error: Error | null;
  readonly retry: () => void;
  /** Looks at the assets up to now. */
  readonly readAnew: () => void;
}

/** Counts the scores of what is shown once, and asks what a policy would do with them whenever it has changed. */
export function useSample({ label, tier, window, client }: Shown, document: PolicyDocument): Sample {
  const [endMs, setEndMs] = useState(() => Date.now());
  const choice = useMemo(
    () => ({ label, tier, ...timesOf(window, endMs), client }),
    [label, tier, window, endMs, client],
  );
  const counts = useThresholds(choice);
  const settled = useSettled(document, STILL_MS);
  const preview = useThresholdPreview(choice, settled);
  const isShown = (one: ThresholdPreview): boolean => one.label === label && one.tier === tier;
  return {
    live: counts.data !== undefined && isShown(counts.data) ? counts.data : undefined,
    found: preview.data !== undefined && isShown(preview.data) ? preview.data : undefined,
    isOld: preview.isPlaceholderData || settled !== document,
    error: counts.error ?? preview.error,
    retry: () => {
      void counts.refetch();
      void preview.refetch();
    },
    readAnew: () => setEndMs(Date.now()),
  };
}

/** A value once it has stayed as it is for a moment. */
function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
