import type { PolicyAnswer } from '#contracts/policy-answer.js';

/** Where a version is between its draft and its end. */
export type Standing = 'live' | 'retired' | 'refused' | 'missed' | 'scheduled' | 'overtaken' | 'approved' | 'submitted';

export const STANDING_NAMES: Readonly<Record<Standing, string>> = {
  live: 'Live',
  retired: 'Retired',
  refused: 'Refused',
  missed: 'Missed its time',
  scheduled: 'Scheduled',
  overtaken: 'Overtaken',
  approved: 'Approved',
  submitted: 'Submitted',
};

export const STANDING_TONES: Readonly<Record<Standing, string>> = {
  live: 'allow',
  retired: '',
  refused: 'block',
  missed: 'warn',
  scheduled: 'accent',
  overtaken: 'warn',
  approved: 'accent',
  submitted: 'accent',
};

/** @param liveVersion undefined: not known yet */
export function standingOf(policy: PolicyAnswer, liveVersion: number | undefined): Standing {
  const { state, refusedBy, missed, publishAt, baseVersion, approvedBy } = policy;
  if (state !== 'draft') return state === 'live' ? 'live' : 'retired';
  if (refusedBy !== null) return 'refused';
  if (missed !== null) return 'missed';
  if (liveVersion !== undefined && baseVersion !== liveVersion) return 'overtaken';
  if (publishAt !== null) return 'scheduled';
  return approvedBy === null ? 'submitted' : 'approved';
}
