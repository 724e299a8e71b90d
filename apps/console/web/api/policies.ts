import { useQuery, type UseQueryResult } from '@tanstack/react-query';

import type {
  PolicyAnswer,
  PolicyDemandsAnswer,
  PolicyDiffAnswer,
  PolicyDraftAnswer,
  PolicyDraftList,
  PolicyList,
  PolicyMergeAnswer,
} from '#contracts/policy-answer.js';
import type { PolicyDocument } from '#moderation/policy.js';

import { KEYS } from './query-keys.js';
import { queryOf, request } from './request.js';

/** The newest hundred: whoever looks for an older one has its number. */
const VERSIONS_MAX = 100;
/** What waits for somebody else is looked at this often. */
const LOOK_MS = 5_000;

/** What is saved of a draft. */
export interface DraftContent {
  readonly document: PolicyDocument;
  /** May be empty until it is handed in. */
  readonly note: string;
}

/** A note that says nothing is none. */
const bodyOf = ({ document, note }: DraftContent): Partial<DraftContent> =>
  note.trim() === '' ? { document } : { document, note };

/** The newest versions first. */
export const usePolicies = (): UseQueryResult<PolicyList> =>
  useQuery({
    queryKey: KEYS.policyList,
    queryFn: ({ signal }) => request<PolicyList>('GET', `/policies?limit=${VERSIONS_MAX}`, undefined, signal),
  });

/** The version in force. */
export const useLivePolicy = (): UseQueryResult<PolicyAnswer> => usePolicy('live');

export const usePolicy = (version: number | 'live'): UseQueryResult<PolicyAnswer> =>
  useQuery({
    queryKey: KEYS.policy(version),
    queryFn: ({ signal }) => request<PolicyAnswer>('GET', `/policies/${version}`, undefined, signal),
    // others approve, refuse and publish it meanwhile
    refetchInterval: ({ state }) => (state.data?.state === 'draft' ? LOOK_MS : false),
  });

/** What a version changes. @param against undefined: the one that it was drafted on */
export const usePolicyDiff = (
  version: number,
  against: number | undefined,
  isWanted = true,
): UseQueryResult<PolicyDiffAnswer> =>
  useQuery({
    queryKey: KEYS.policyDiff(version, against),
    queryFn: ({ signal }) =>
      request<PolicyDiffAnswer>('GET', `/policies/${version}/diff${queryOf({ against })}`, undefined, signal),
    enabled: isWanted,
  });

/** What must have happened before a version is published. */
export const usePolicyDemands = (): UseQueryResult<PolicyDemandsAnswer> =>
  useQuery({
    queryKey: KEYS.policyDemands,
    queryFn: ({ signal }) => request<PolicyDemandsAnswer>('GET', '/policy-demands', undefined, signal),
    staleTime: Infinity,
  });

/** What people are writing. */
export const useDrafts = (): UseQueryResult<PolicyDraftList> =>
  useQuery({
    queryKey: KEYS.policyDrafts,
    queryFn: ({ signal }) => request<PolicyDraftList>('GET', '/policy-drafts', undefined, signal),
  });

/** @param id undefined: none is asked for */
export const useDraft = (id: string | undefined): UseQueryResult<PolicyDraftAnswer> =>
  useQuery({
    queryKey: KEYS.policyDraft(id ?? ''),
    queryFn: ({ signal }) => request<PolicyDraftAnswer>('GET', `/policy-drafts/${id ?? ''}`, undefined, signal),
    enabled: id !== undefined,
    // whoever edits it is not to be overtaken by their own copy
    refetchOnWindowFocus: false,
  });

/** Begins a draft. @param baseVersion the version that is live, which it is to follow */
export const createDraft = (content: DraftContent, baseVersion: number): Promise<PolicyDraftAnswer> =>
  request('POST', '/policy-drafts', { ...bodyOf(content), baseVersion });

/**
 * @param baseVersion as it was, or the version that the draft was brought up to
 * @param revision the one that was edited: refused with 409 when somebody has saved since
 * @throws ApiError `invalid-policy`, whose `errors` point into `/document`
 */
export const saveDraft = (
  id: string,
  content: DraftContent,
  baseVersion: number,
  revision: number,
): Promise<PolicyDraftAnswer> => request('PUT', `/policy-drafts/${id}`, { ...bodyOf(content), baseVersion, revision });

/** @param revision the one that was looked at: refused with 409 when somebody has saved since */
export const discardDraft = (id: string, revision: number): Promise<void> =>
  request('DELETE', `/policy-drafts/${id}${queryOf({ revision })}`);

/**
 * Makes a version of a draft, which stays as it is from then on.
 *
 * @throws ApiError `policy-base-stale` when another version went live since
 */
export const submitDraft = (id: string, revision: number): Promise<PolicyAnswer> =>
  request('POST', `/policy-drafts/${id}/submit`, { revision });

/** What a draft and the live version both made of the one that the draft began with. */
export const readDraftMerge = (id: string, signal: AbortSignal): Promise<PolicyMergeAnswer> =>
  request('GET', `/policy-drafts/${id}/merge`, undefined, signal);

/** Agrees to what somebody else wrote. */
export const approvePolicy = (version: number): Promise<PolicyAnswer> =>
  request('POST', `/policies/${version}/approve`);

/** Says no to what was handed in, for good. */
export const refusePolicy = (version: number, reason: string): Promise<PolicyAnswer> =>
  request('POST', `/policies/${version}/refuse`, { reason });

export const publishPolicy = (version: number): Promise<PolicyAnswer> =>
  request('POST', `/policies/${version}/publish`);

/** @param at RFC 3339; undefined: at no time any more */
export const schedulePolicy = (version: number, at: string | undefined): Promise<PolicyAnswer> =>
  at === undefined
    ? request('DELETE', `/policies/${version}/schedule`)
    : request('PUT', `/policies/${version}/schedule`, { at });

/** @param replaces the version that was live when somebody looked: refused when another is by now */
export const rollBackPolicy = (version: number, note: string, replaces: number): Promise<PolicyAnswer> =>
  request('POST', `/policies/${version}/rollback`, { note, replaces });
