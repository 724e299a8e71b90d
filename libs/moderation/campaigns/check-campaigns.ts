import { served, standing, type RevisionFacts } from '../standing.js';
import type { Cause } from '../words.js';

/** A decision as far as campaigns go. */
export interface CausedDecision extends RevisionFacts {
  readonly cause: Cause | null;
  /** The campaign, where the cause is one or its rollback. */
  readonly causeId: string | null;
}

/** What must hold of the decisions that campaigns caused: each with the words for its breach. */
export function campaignClaims(decisions: readonly CausedDecision[]): [boolean, string][] {
  const applied = decisions.filter(({ cause }) => cause === 'campaign');
  const undone = decisions.filter(({ cause }) => cause === 'rollback');
  const campaigns = new Set(undone.map(({ causeId }) => causeId));
  return [
    [[...applied, ...undone].every(({ causeId }) => causeId !== null), 'a decision does not name its campaign'],
    [new Set(applied.map(({ causeId }) => causeId)).size === applied.length, 'a campaign decided twice'],
    [
      undone.every(({ causeId, revision }) =>
        applied.some((one) => one.causeId === causeId && one.revision < revision),
      ),
      'what no campaign had decided was rolled back',
    ],
    [[...campaigns].every((id) => isUndone(decisions, id)), 'a rollback did not restore what stood before'],
  ];
}

/** Whether the verdict and what is served after a campaign's rollback are those before the campaign. */
function isUndone(decisions: readonly CausedDecision[], causeId: string | null): boolean {
  const of = decisions.filter((decision) => decision.causeId === causeId);
  const first = of.find(({ cause }) => cause === 'campaign')?.revision ?? 0;
  const last = of.findLast(({ cause }) => cause === 'rollback')?.revision ?? 0;
  const before = decisions.filter(({ revision }) => revision < first);
  const after = decisions.filter(({ revision }) => revision <= last);
  return standing(before)?.verdict === standing(after)?.verdict && served(before) === served(after);
}
