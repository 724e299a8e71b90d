import { isHuman, served, standing } from '../standing.js';
import { lastingWords, rolledBackIn, type CausedDecision } from './lasting-words.js';

/** What must hold of the decisions that campaigns caused: each with the words for its breach. */
export function campaignClaims(decisions: readonly CausedDecision[]): [boolean, string][] {
  const applied = decisions.filter(({ cause }) => cause === 'campaign');
  const undone = decisions.filter(({ cause }) => cause === 'rollback');
  return [
    [[...applied, ...undone].every(({ causeId }) => causeId !== null), 'a decision does not name its campaign'],
    [new Set(applied.map(({ causeId }) => causeId)).size === applied.length, 'a campaign decided twice'],
    [
      undone.every(({ causeId, revision }) =>
        applied.some((one) => one.causeId === causeId && one.revision < revision),
      ),
      'what no campaign had decided was rolled back',
    ],
    [isUndone(decisions), 'a rollback did not restore what stood before'],
  ];
}

/** Whether the verdict and what is served are as if no campaign that was rolled back had ever been. */
function isUndone(decisions: readonly CausedDecision[]): boolean {
  const kept = decisions.filter((decision) => decision.kept === true);
  // what a person said instead may have been taken back since the rollback: then it says the campaign's word again
  if (kept.some(({ revision }) => decisions.some((one) => one.revision > revision && isHuman(one.source)))) return true;
  const takenBack = new Set([...rolledBackIn(decisions), ...kept.map(({ causeId }) => causeId)]);
  const rest = lastingWords(decisions, takenBack);
  return standing(rest)?.verdict === standing(decisions)?.verdict && served(rest) === served(decisions);
}
