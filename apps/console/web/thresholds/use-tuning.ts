import { useEffect, useMemo, useState } from 'react';

import type { PolicyDocument } from '#moderation/policy.js';

import { useSession } from '../session/use-session.js';
import { keepMoves, keptMoves, moved, movedSince, movesOf, withMove, type Move } from './moves.js';

/** A policy under somebody's hands. */
export interface Tuning {
  /** With what was moved. */
  readonly document: PolicyDocument;
  /** What differs from what is stored. */
  readonly moves: readonly Move[];
  readonly move: (move: Move) => void;
  /** None of it is wanted. */
  readonly forget: () => void;
  /** Some of it was saved: what was moved on since lies on top of the draft that has it. */
  readonly settle: (sent: readonly Move[], savedTo: string) => void;
}

/** Moves thresholds of a policy; nothing is saved. @param draftId undefined: the live policy is looked at */
export function useTuning(stored: PolicyDocument, draftId: string | undefined): Tuning {
  const { name } = useSession();
  const [all, setAll] = useState(() => keptMoves(name, draftId));
  const moves = useMemo(() => movesOf(stored, all), [stored, all]);
  const document = useMemo(() => moved(stored, moves), [stored, moves]);
  const set = (next: readonly Move[]): void => {
    // those that are back where they were, too: they may differ from what is being saved
    keepMoves(name, draftId, next);
    setAll(next);
  };
  useLeaveWarning(moves.length > 0);
  return {
    document,
    moves,
    move: (move) => set(withMove(all, move)),
    forget: () => set([]),
    settle: (sent, savedTo) => {
      const rest = movedSince(keptMoves(name, draftId), sent);
      keepMoves(name, draftId, []);
      keepMoves(name, savedTo, rest);
      setAll(rest);
    },
  };
}

/** Has the browser ask before it closes the tab. Other pages of the console keep what was moved. */
function useLeaveWarning(isNeeded: boolean): void {
  useEffect(() => {
    if (!isNeeded) return undefined;
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [isNeeded]);
}
