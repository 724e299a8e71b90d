import type { CausedDecision } from './campaigns/lasting-words.js';

/** What must hold of the decisions that resubmitted dead letters caused: each with the words for its breach. */
export function resubmissionClaims(decisions: readonly CausedDecision[]): [boolean, string][] {
  const letters = decisions.filter(({ cause }) => cause === 'resubmitted').map(({ causeId }) => causeId);
  return [
    [letters.every((causeId) => causeId !== null), 'a decision does not name its dead letter'],
    [new Set(letters).size === letters.length, 'a dead letter that was resubmitted once led to two finals'],
  ];
}
