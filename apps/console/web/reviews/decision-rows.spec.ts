import { describe, expect, it } from '@jest/globals';

import type { OwnDecisionAnswer } from '#contracts/review-answer.js';

import { rowsOf } from './decision-rows.js';

const decision = (id: string, bulkId: string | null, undoable = true): OwnDecisionAnswer => ({
  ...{ id, bulkId, undoable, assetId: id, reviewId: id, revision: 3, verdict: 'allow', policyLabel: null },
  ...{ labels: [], note: 'fine', decidedAt: '2026-06-01T12:00:00.000Z' },
});

const told = (decisions: readonly OwnDecisionAnswer[], hasMore = false): unknown[] =>
  rowsOf(decisions, hasMore).map((row) =>
    row.kind === 'one' ? row.decision.id : [row.bulkId, row.first.id, row.count, row.undoable, row.isCut],
  );

describe('the rows of one’s own decisions', () => {
  it('have one above those that were one decision', () => {
    expect(told([decision('1', null), decision('2', 'x'), decision('3', 'x', false), decision('4', null)])).toEqual([
      '1',
      ['x', '2', 2, 1, false],
      '2',
      '3',
      '4',
    ]);
    expect(told([decision('1', null)])).toEqual(['1']);
    expect(told([])).toEqual([]);
  });

  it('say where more of them may follow', () => {
    const decisions = [decision('1', 'x'), decision('2', 'y')];
    expect(told(decisions, true)).toEqual(['1', ['y', '2', 1, 1, true], '2']);
  });
});
