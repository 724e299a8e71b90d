import { describe, expect, it } from '@jest/globals';

import type { ReplayAnswer } from '#contracts/replay-answer.js';
import { STARTING_POLICY } from '#moderation/policy.js';
import { applyChanges } from '#moderation/policy-diff.js';
import { Replay } from '#moderation/replay/replay.js';
import { columnsOf, FAST, foldInto, HEAVY, scoreColumns } from '#moderation/replay/score-columns.js';

import { diffText, replayText } from './policy-text.js';

const PLACE = '/thresholds/sexual.explicit/heavy/blockFrom';
const ASKED: ReplayAnswer = {
  id: '01890a5d-ac96-774b-bcce-b302099a8057',
  version: 4,
  against: 3,
  draftId: null,
  document: null,
  receivedFrom: '2026-01-01T00:00:00.000Z',
  receivedBefore: '2026-01-08T00:00:00.000Z',
  clientId: null,
  state: 'waiting',
  tries: 0,
  askedBy: 'chief',
  askedAt: '2026-01-08T00:00:00.000Z',
  endedAt: null,
  handled: 0,
  progress: 0,
  result: null,
  fault: null,
};

describe('the difference of two versions', () => {
  it('is a table, or a sentence', () => {
    const rule = '/transitions/late_block/sexual.explicit';
    const close = { do: 'apply_unless_close', margin: 0.1 } as const;
    const text = diffText({
      from: 3,
      to: 4,
      changes: [
        { path: PLACE, from: 0.7, to: 0.8 },
        { path: rule, from: { do: 'apply' }, to: close },
      ],
    });
    expect(text).toMatch(/thresholds\/sexual\.explicit\/heavy\/blockFrom +│ 0\.7 +│ 0\.8/);
    expect(text).toMatch(/apply +│ apply_unless_close 0\.1/);
    expect(diffText({ from: 3, to: 4, changes: [] })).toBe('versions 3 and 4 say the same\n');
  });
});

describe('a replay', () => {
  it('that has not ended, or has failed, says so', () => {
    expect(replayText(ASKED)).toBe('the replay of version 4 is waiting\n');
    expect(replayText({ ...ASKED, state: 'failed', fault: 'Ask again.' })).toContain('is failed: Ask again.');
  });

  it('tells what would be otherwise, and the assets that are affected most', () => {
    const columns = scoreColumns(2);
    for (const [row, score] of [0.75, 0.1].entries()) {
      foldInto(columns.heavy, row, [score], columnsOf(['sexual.explicit']));
      columns.fastState[row] = FAST.unavailable;
      columns.heavyState[row] = HEAVY.scored;
    }
    const replay = new Replay(STARTING_POLICY, applyChanges(STARTING_POLICY, [{ path: PLACE, from: 0.7, to: 0.8 }]));
    replay.add(columns, (row) => `asset-${row}`);
    const text = replayText({ ...ASKED, state: 'done', result: replay.result() });
    expect(text).toContain('Version 4 instead of 3: 1 of 2 assets would have another verdict');
    expect(text).toMatch(
      /block \(violating sexual\.explicit\) +│ review \(uncertain sexual\.explicit\) +│ 1 +│ 50\.00 %/,
    );
    expect(text).toMatch(/asset-0 +│ heavy/);
  });
});
