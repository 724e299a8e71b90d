import type { CausedDecision } from './campaigns/lasting-words.js';
import { isHuman, served, standing } from './standing.js';

/** A decision as far as taking it back goes. */
export interface UndoableDecision extends CausedDecision {
  readonly supersedes: number | null;
}

/** What must hold of the decisions that took others back: each with the words for its breach. */
export function undoClaims(decisions: readonly UndoableDecision[]): [boolean, string][] {
  const undos = decisions.filter(({ cause }) => cause === 'undo');
  const undone = undos.map(({ undoes }) => undoes ?? null);
  return [
    [
      undos.every(({ undoes = null, supersedes }) => undoes !== null && undoes === supersedes),
      'an undo undoes nothing',
    ],
    [new Set(undone).size === undone.length, 'a decision was taken back twice'],
    [undos.every((undo) => stoodAndHuman(decisions, undo)), 'what was taken back was no human decision in force'],
    [undos.every((undo) => restores(decisions, undo)), 'an undo did not restore what stood before'],
  ];
}

/** Up to a revision; without it. */
const before = (decisions: readonly UndoableDecision[], revision: number): UndoableDecision[] =>
  decisions.filter((decision) => decision.revision < revision);

function stoodAndHuman(decisions: readonly UndoableDecision[], { revision, undoes }: UndoableDecision): boolean {
  const stood = standing(before(decisions, revision));
  return stood !== undefined && stood.revision === undoes && isHuman(stood.source);
}

function restores(decisions: readonly UndoableDecision[], { revision, undoes }: UndoableDecision): boolean {
  const formerly = before(decisions, undoes ?? 0);
  const after = before(decisions, revision + 1);
  return standing(formerly)?.verdict === standing(after)?.verdict && served(formerly) === served(after);
}
