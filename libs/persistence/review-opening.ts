import { uuidv7 } from 'uuidv7';

import type { CaseTransition } from '#contracts/review-query.js';
import { servedSinceMs, tiersDisagree, type Superseding } from '#moderation/history.js';
import { isFinding, type Finding } from '#moderation/label.js';
import type { ReasonedDecision, Ruling } from '#moderation/transition-rules.js';
import type { Cause } from '#moderation/words.js';

/** A case that a machine's final opens, with what orders and narrows the moderators' queue. */
export interface NewReview {
  readonly id: string;
  readonly clientId: string;
  readonly disagreement: boolean;
  readonly change: CaseTransition;
  readonly labels: readonly Finding[];
  /** Milliseconds that what a late block is about had been served for; 0 for others. */
  readonly exposureMs: number;
  /** Epoch milliseconds since when it has been served, where a rule leaves it so until a human decides; else null. */
  readonly servedSinceMs: number | null;
}

interface Opened {
  readonly clientId: string;
  readonly cause: Cause | null;
}

/**
 * The case that a machine's final opens: where its verdict is `review`, and where the heavy tier itself blocked what was
 * served, which a human looks at afterwards. What campaigns block is looked at in their dry run and report.
 *
 * @param history before the final
 * @param at epoch milliseconds
 */
export function newReview(
  { clientId, cause }: Opened,
  history: readonly ReasonedDecision[],
  { judgement, change, heldBy, labels }: Ruling,
  { next, at }: { readonly next: Superseding; readonly at: number },
): NewReview | null {
  const isLateBlock = change === 'late_block';
  const ofCampaign = cause === 'campaign' || cause === 'rollback';
  const blockedLate = isLateBlock && heldBy === null && judgement.source === 'heavy' && !ofCampaign;
  if (!next.needsReview && !blockedLate) return null;
  const sinceMs = servedSinceMs(history);
  const provisional = history.find(({ stage }) => stage === 'provisional');
  return {
    id: uuidv7(),
    clientId,
    // what a tier served and another blocks they see differently, whatever the first of all said
    disagreement: isLateBlock || tiersDisagree(provisional?.band ?? null, judgement.band),
    change: change ?? 'needs_review',
    labels: caseLabels([...findingsIn(judgement), ...labels], provisional),
    exposureMs: isLateBlock ? Math.max(0, at - sinceMs) : 0,
    servedSinceMs: isLateBlock && next.served ? sinceMs : null,
  };
}

/** What the final and the rule that withheld it are about; where the heavy tier found nothing, what the first look did. */
function caseLabels(found: readonly Finding[], provisional: ReasonedDecision | undefined): Finding[] {
  return [...new Set(found.length > 0 || provisional === undefined ? found : findingsIn(provisional))];
}

const findingsIn = ({ reasons }: Pick<ReasonedDecision, 'reasons'>): Finding[] =>
  reasons.flatMap(({ label }) => (label !== undefined && isFinding(label) ? [label] : []));
