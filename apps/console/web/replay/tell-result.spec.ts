import { describe, expect, it } from '@jest/globals';

import type { ReplayAnswer } from '#contracts/replay-answer.js';
import { STARTING_POLICY } from '#moderation/policy.js';
import { applyChanges } from '#moderation/policy-diff.js';
import { Replay } from '#moderation/replay/replay.js';
import { columnsOf, FAST, foldInto, HEAVY, scoreColumns } from '#moderation/replay/score-columns.js';

import { newestFor } from './newest-for.js';
import { moreText, shareText } from './numbers.js';
import { isSamePolicy } from './same-policy.js';
import { labelMoves, transitionRows, verdictMoves } from './tell-result.js';

const SCORES = [0.1, 0.5, 0.72, 0.75, 0.9];
const result = (() => {
  const columns = scoreColumns(SCORES.length);
  for (const [row, score] of SCORES.entries()) {
    foldInto(columns.heavy, row, [score], columnsOf(['sexual.explicit']));
    columns.fastState[row] = FAST.unavailable;
    columns.heavyState[row] = HEAVY.scored;
  }
  const path = '/thresholds/sexual.explicit/heavy/blockFrom';
  const replay = new Replay(STARTING_POLICY, applyChanges(STARTING_POLICY, [{ path, from: 0.7, to: 0.8 }]));
  replay.add(columns, String);
  return replay.result();
})();

describe('what a replay tells', () => {
  it('is a table of from by to, with what stays on its diagonal', () => {
    expect(verdictMoves(result, 'heavy')).toEqual({
      verdicts: ['allow', 'review', 'block'],
      rows: [
        {
          from: 'allow',
          counts: [
            { to: 'allow', count: 1 },
            { to: 'review', count: 0 },
            { to: 'block', count: 0 },
          ],
        },
        {
          from: 'review',
          counts: [
            { to: 'allow', count: 0 },
            { to: 'review', count: 1 },
            { to: 'block', count: 0 },
          ],
        },
        {
          from: 'block',
          counts: [
            { to: 'allow', count: 0 },
            { to: 'review', count: 2 },
            { to: 'block', count: 1 },
          ],
        },
      ],
    });
    const { rows } = verdictMoves(result, 'fast');
    expect(rows).toEqual([{ from: 'block', counts: [{ to: 'block', count: 5 }] }]);
  });

  it('is told by label, and by transition', () => {
    const label = 'sexual.explicit';
    expect(labelMoves(result)).toEqual([
      { label, newlyBlocked: 0, noLongerBlocked: 2, newlyAsked: 2, noLongerAsked: 0 },
    ]);
    const rows = transitionRows(result.before.transitions, result.after.transitions);
    expect(rows.filter(({ more }) => more !== 0).map(({ transition, more }) => [transition, more])).toEqual([
      ['confirmed_block', -2],
      ['needs_review', 2],
    ]);
  });

  it('has numbers that people read', () => {
    expect([moreText(0), moreText(3), moreText(-3)]).toEqual(['no change', '+3', '−3']);
    expect([shareText(0, 0), shareText(0, 9), shareText(1, 8), shareText(1, 1e6)]).toEqual([
      '0 %',
      '0 %',
      '12.5 %',
      'under 0.1 %',
    ]);
  });
});

describe('the replay of a version', () => {
  const replayOf = (id: string, differing: Partial<ReplayAnswer>): ReplayAnswer => ({
    id,
    version: 4,
    draftId: null,
    document: null,
    against: 3,
    receivedFrom: '2026-01-01T00:00:00.000Z',
    receivedBefore: '2026-01-08T00:00:00.000Z',
    clientId: null,
    state: 'done',
    tries: 1,
    askedBy: 'chief',
    askedAt: '2026-01-08T00:00:00.000Z',
    endedAt: null,
    handled: 9,
    progress: 1,
    result: null,
    fault: null,
    ...differing,
  });

  it('is the newest that is done against what is live, over some image where there is one', () => {
    const failed = replayOf('failed', { state: 'failed' });
    const other = replayOf('other', { against: 2 });
    const blind = replayOf('blind', { handled: 0 });
    expect(newestFor([failed, other, blind, replayOf('good', {}), replayOf('older', {})], 3)?.id).toBe('good');
    expect(newestFor([failed, other, blind], 3)?.id).toBe('blind');
    expect(newestFor([failed, other], 3)).toBeUndefined();
  });
});

describe('two policies', () => {
  it('are the same in whatever order they say it', () => {
    const { thresholds, ...rest } = STARTING_POLICY;
    expect(isSamePolicy(STARTING_POLICY, { ...rest, thresholds })).toBe(true);
    expect(isSamePolicy(STARTING_POLICY, { ...rest, thresholds: {} })).toBe(false);
    const other = applyChanges(STARTING_POLICY, [{ path: '/ifLate/bulk', from: 'block', to: 'block' }]);
    expect(isSamePolicy(STARTING_POLICY, other)).toBe(false);
  });
});
