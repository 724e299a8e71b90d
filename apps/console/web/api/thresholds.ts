import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';

import type { ThresholdAnswer, ThresholdPreview } from '#contracts/threshold-answer.js';
import type { PolicyDocument } from '#moderation/policy.js';

import { KEYS } from './query-keys.js';
import { queryOf, request } from './request.js';
import type { SampleChoice } from './sample-choice.js';

/** How many assets have which score, and what the live thresholds make of them. */
export const useThresholds = (sample: SampleChoice): UseQueryResult<ThresholdAnswer> =>
  useQuery({
    queryKey: KEYS.thresholds(sample),
    queryFn: ({ signal }) => request<ThresholdAnswer>('GET', `/thresholds${queryOf({ ...sample })}`, undefined, signal),
    staleTime: 60_000,
    refetchOnWindowFocus: false,
    placeholderData: keepPreviousData,
  });

/** What a policy would do that nobody has stored; until it is known, what the one before it would. */
export const useThresholdPreview = (sample: SampleChoice, document: PolicyDocument): UseQueryResult<ThresholdPreview> =>
  useQuery({
    queryKey: KEYS.thresholdPreview(sample, document),
    queryFn: ({ signal }) => request<ThresholdPreview>('POST', '/thresholds/preview', { ...sample, document }, signal),
    staleTime: 60_000,
    // one for each place that a handle was at
    gcTime: 60_000,
    refetchOnWindowFocus: false,
    placeholderData: keepPreviousData,
  });
