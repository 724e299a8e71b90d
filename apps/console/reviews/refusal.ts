import { Problem } from '#contracts/problems.js';
import { CLAIMS_MAX } from '#persistence/review-claims.js';
import type { MoveRefusal, Refusal } from '#persistence/review-outcome.js';

/** Why a step on a case was refused, in words for the moderator who tried it. */
export function refusal(refused: Refusal | MoveRefusal): Problem {
  if (refused.why === 'unknown') return new Problem('not-found', 'There is no case with this id.');
  if (refused.why === 'overtaken') {
    return new Problem('conflict', 'This tab has taken the case, or given it back, since it asked this.');
  }
  if (refused.why === 'too_many_claims') {
    return new Problem('too-many-claims', `You hold ${CLAIMS_MAX} cases, as many as one person may at a time.`);
  }
  const { claimedBy, claimExpiresAt, decidedBy, assignedTo, heldBy, heldUntil } = refused.review;
  switch (refused.why) {
    case 'claimed_by_other':
      return new Problem(
        'held-by-other',
        `${claimedBy ?? ''} holds this case until ${claimExpiresAt?.toISOString() ?? ''}.`,
      );
    case 'claimed_in_other_tab':
      return new Problem('held-in-other-tab', 'You work on this case in another tab.');
    case 'assigned_to_other':
      return new Problem('held-by-other', `This case is assigned to ${assignedTo ?? ''}.`);
    case 'held':
      return new Problem(
        'held-by-other',
        `${heldBy ?? ''} has put this case off until ${heldUntil?.toISOString() ?? ''}.`,
      );
    case 'escalated':
      return new Problem('forbidden', 'This case was left to a senior: a senior or an admin decides it.');
    case 'already_decided':
      return new Problem('conflict', `${decidedBy ?? ''} has decided this case already.`);
    case 'withdrawn':
      return new Problem('conflict', 'Nothing is left to decide: a later machine final settled this asset.');
    case 'not_claimed':
      return new Problem('conflict', 'You do not hold this case: claim it, look at it, then decide.');
    case 'revision_changed':
      return new Problem('revision-changed', `The asset is at revision ${refused.revision} by now.`);
  }
}
