import { describe, expect, it } from '@jest/globals';

import { STARTING_POLICY } from '#moderation/policy.js';

import { keepMoves, keptMoves, moved, movedSince, movesOf, withMove, type Move } from './moves.js';

const TO = { clearBelow: 0.2, blockFrom: 0.8 };
const move: Move = { label: 'sexual.explicit', tier: 'fast', to: TO };
const other: Move = { label: 'sexual.explicit', tier: 'heavy', to: TO };

describe('moved thresholds', () => {
  it('stand in the policy, each pair by its last move, and all else as it was', () => {
    const moves = withMove(withMove(withMove([], { ...move, to: { clearBelow: 0, blockFrom: 1 } }), other), move);
    expect(moves).toEqual([other, move]);
    const document = moved(STARTING_POLICY, moves);
    expect(document.thresholds['sexual.explicit']).toEqual({ fast: TO, heavy: TO });
    expect({ ...document, thresholds: STARTING_POLICY.thresholds }).toEqual(STARTING_POLICY);
    expect(document.thresholds['sexual.suggestive']).toBe(STARTING_POLICY.thresholds['sexual.suggestive']);
  });

  it('that are back where they were have changed nothing', () => {
    const back = { ...move, to: STARTING_POLICY.thresholds['sexual.explicit'].fast };
    expect(movesOf(STARTING_POLICY, [back, other])).toEqual([other]);
  });

  it('that were moved on while others were being saved lie on top of those', () => {
    const sent = withMove([move], other);
    const on = withMove(sent, { ...other, to: STARTING_POLICY.thresholds['sexual.explicit'].heavy });
    expect([movedSince(sent, sent), movedSince(on, sent)]).toEqual([[], [on[1]]]);
    const saved = moved(STARTING_POLICY, sent);
    expect(moved(saved, movesOf(saved, movedSince(on, sent)))).toEqual(moved(STARTING_POLICY, on));
  });

  it('are kept for whoever moved them, by draft', () => {
    keepMoves('anna', undefined, [move]);
    expect([keptMoves('anna', undefined), keptMoves('anna', 'x'), keptMoves('ben', undefined)]).toEqual([
      [move],
      [],
      [],
    ]);
    keepMoves('anna', undefined, []);
    expect(keptMoves('anna', undefined)).toEqual([]);
  });
});
