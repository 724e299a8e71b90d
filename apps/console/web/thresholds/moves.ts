import type { Finding } from '#moderation/label.js';
import type { PolicyDocument, Thresholds } from '#moderation/policy.js';
import type { Tier } from '#moderation/words.js';

/** A pair of thresholds that somebody has moved and not saved yet. */
export interface Move {
  readonly label: Finding;
  readonly tier: Tier;
  readonly to: Thresholds;
}

const NONE: readonly Move[] = [];
const kept = new Map<string, readonly Move[]>();

const keyOf = (person: string, draftId: string | undefined): string => `${person} ${draftId ?? ''}`;

/** What somebody has moved and left: it is there when they come back to the page, and gone with the tab. */
export const keptMoves = (person: string, draftId: string | undefined): readonly Move[] =>
  kept.get(keyOf(person, draftId)) ?? NONE;

export function keepMoves(person: string, draftId: string | undefined, moves: readonly Move[]): void {
  if (moves.length === 0) kept.delete(keyOf(person, draftId));
  else kept.set(keyOf(person, draftId), moves);
}

/** Those with another one, in the place of an earlier one of the same pair. */
export const withMove = (moves: readonly Move[], move: Move): readonly Move[] => [
  ...moves.filter(({ label, tier }) => label !== move.label || tier !== move.tier),
  move,
];

/** Those that were moved on while others were being saved. */
export const movedSince = (now: readonly Move[], sent: readonly Move[]): readonly Move[] =>
  now.filter((move) => !sent.includes(move));

/** Those that change something. */
export const movesOf = ({ thresholds }: PolicyDocument, moves: readonly Move[]): readonly Move[] =>
  moves.filter(({ label, tier, to }) => {
    const { clearBelow, blockFrom } = thresholds[label][tier];
    return to.clearBelow !== clearBelow || to.blockFrom !== blockFrom;
  });

/** A policy with what was moved. */
export const moved = (document: PolicyDocument, moves: readonly Move[]): PolicyDocument =>
  moves.reduce(
    (before, { label, tier, to }) => ({
      ...before,
      thresholds: { ...before.thresholds, [label]: { ...before.thresholds[label], [tier]: to } },
    }),
    document,
  );
