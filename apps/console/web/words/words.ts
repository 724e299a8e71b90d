import type { CaseState } from '#contracts/review-answer.js';
import type { BulkRefusal } from '#contracts/review-bulk.js';
import type { CaseTransition, QueueState } from '#contracts/review-query.js';
import type { PersonRole } from '#contracts/access.js';
import type { Reason } from '#moderation/judge.js';
import type { Finding, Label } from '#moderation/label.js';
import type { CaseStep, Source, Tier, TrafficClass, Transition, Verdict } from '#moderation/words.js';

/** What the closed sets of words are called on the pages. */
export const LABEL_NAMES: Readonly<Record<Label, string>> = {
  'sexual.explicit': 'Explicit',
  'sexual.explicit.drawn': 'Explicit, drawn',
  'sexual.suggestive': 'Suggestive',
  'neutral.drawing': 'Drawing',
  neutral: 'Neutral',
};

const FINDING_NAMES: Readonly<Record<Finding, string>> = {
  'sexual.explicit': LABEL_NAMES['sexual.explicit'],
  'sexual.explicit.drawn': LABEL_NAMES['sexual.explicit.drawn'],
  'sexual.suggestive': LABEL_NAMES['sexual.suggestive'],
};
/** In the order of their keys. */
export const FINDINGS = Object.keys(FINDING_NAMES) as readonly Finding[];

export const isFinding = (value: unknown): value is Finding => FINDINGS.some((one) => one === value);

export const CHANGE_NAMES: Readonly<Record<CaseTransition, string>> = {
  late_block: 'Late block',
  late_release: 'Late release',
  needs_review: 'Needs review',
};
/** Why a case is there, in a sentence. */
export const CHANGE_MEANINGS: Readonly<Record<CaseTransition, string>> = {
  late_block: 'It was served; the heavy model would block it.',
  late_release: 'It was blocked; the heavy model would release it.',
  needs_review: 'The heavy model leaves it to you.',
};

export const TRANSITION_NAMES: Readonly<Record<Transition, string>> = {
  ...CHANGE_NAMES,
  confirmed_allow: 'Confirmed: allow',
  confirmed_block: 'Confirmed: block',
};

export const STATE_NAMES: Readonly<Record<CaseState, string>> = {
  open: 'Open',
  claimed: 'Claimed',
  held: 'Put off',
  escalated: 'Escalated',
  decided: 'Decided',
  withdrawn: 'Withdrawn',
};

export const QUEUE_STATE_NAMES: Readonly<Record<QueueState, string>> = {
  open: 'Open',
  mine: 'Mine',
  claimed: 'Claimed',
  held: 'Put off',
  escalated: 'Escalated',
};

export const CLASS_NAMES: Readonly<Record<TrafficClass, string>> = { urgent: 'Urgent', normal: 'Normal', bulk: 'Bulk' };

export const TIER_NAMES: Readonly<Record<Tier, string>> = { fast: 'Fast model', heavy: 'Heavy model' };

export const VERDICT_DONE: Readonly<Record<Verdict, string>> = {
  allow: 'Allowed',
  block: 'Blocked',
  review: 'Left to a human',
};

export const SOURCE_NAMES: Readonly<Record<Source, string>> = {
  hash: 'Bank of hashes',
  fast: 'Fast model',
  heavy: 'Heavy model',
  moderator: 'Moderator',
  appeal: 'Appeal',
  default: 'Policy’s default',
};

export const STEP_NAMES: Readonly<Record<CaseStep, string>> = {
  claim: 'took it',
  release: 'gave it back',
  skip: 'skipped it',
  hold: 'put it off',
  escalate: 'escalated it',
  assign: 'assigned it',
  return: 'returned it to the queue',
  decide: 'decided it',
  undo: 'took the decision back',
};

export const ROLE_NAMES: Readonly<Record<PersonRole, string>> = {
  moderator: 'Moderator',
  senior: 'Senior moderator',
  admin: 'Admin',
};
export const ROLES = Object.keys(ROLE_NAMES) as readonly PersonRole[];

const REASON_NAMES: Readonly<Record<Reason['code'], string>> = {
  violating: 'violates',
  uncertain: 'uncertain',
  damaged: 'the file is damaged',
  frames_not_decoded: 'not all frames could be read',
  fast_tier_failed: 'the fast tier failed',
  fast_tier_not_ready: 'the fast tier was not ready',
  shed: 'the fast tier was full',
  heavy_tier_failed: 'the heavy tier failed',
  heavy_tier_refused: 'the heavy tier could not read it',
  decided_by_moderator: 'a human decided',
  known_hash: 'a bank knows it',
  awaits_moderator: 'waits for a human',
  final_late: 'the final was late',
};

/** Why a decision is what it is. */
export const reasonText = ({ code, label }: Reason): string =>
  label === undefined ? REASON_NAMES[code] : `${LABEL_NAMES[label]} ${REASON_NAMES[code]}`;

export const BULK_REFUSAL_NAMES: Readonly<Record<BulkRefusal, string>> = {
  not_found: 'is not there any more',
  already_decided: 'is decided already',
  withdrawn: 'was settled meanwhile',
  claimed_by_other: 'is with somebody else',
  claimed_in_other_tab: 'is open in another tab of yours',
  assigned_to_other: 'is assigned to somebody else',
  escalated: 'waits for a senior',
  held: 'is put off',
  revision_changed: 'has changed since you looked',
};
