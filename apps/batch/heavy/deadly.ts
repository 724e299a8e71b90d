import type { Policy } from '#moderation/policy.js';
import type { HeavyResult } from '#persistence/final-store.js';
import type { LeasedAsset } from '#persistence/pending-final-store.js';

import { deadResult } from './heavy-result.js';

/**
 * Looks that were begun and never ended, above the tries that may fail. What services died over twice is looked at
 * alone: all but the first two of them were over this asset and no other. Services also die by an operator's hand.
 */
const DEATHS_MORE = 2;

/** Whether whoever looks at an asset dies of it. */
export const isDeadly = ({ attempts }: Pick<LeasedAsset, 'attempts'>, attemptsMax: number): boolean =>
  attempts > attemptsMax + DEATHS_MORE;

/** The final of an asset that is not looked at once more. */
export const deadlyResult = (
  { assetId, attempts }: Pick<LeasedAsset, 'assetId' | 'attempts'>,
  policy: Policy,
): HeavyResult =>
  deadResult(assetId, policy, {
    reason: 'crashed',
    attempts: attempts - 1,
    detail: 'the service died over it, time and again',
  });
