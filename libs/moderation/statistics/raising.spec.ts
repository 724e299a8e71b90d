import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { policies, scores } from '../../../test/support/arbitrary-policies.js';
import { FINDINGS, LABELS } from '../label.js';
import { applyChanges } from '../policy-diff.js';
import { STARTING_TRANSITIONS, type TransitionRule, type TransitionRules } from '../policy.js';
import { columnsOf, FAST, foldInto, HEAVY, scoreColumns, type ScoreColumns } from '../replay/score-columns.js';
import { TIERS } from '../words.js';
import { policyLoad } from './policy-load.js';
import { raisingMayBlock } from './raising.js';

const rows = (): fc.Arbitrary<ScoreColumns> => {
  const row = fc.array(scores(), { minLength: LABELS.length, maxLength: LABELS.length });
  return fc.array(fc.tuple(row, row), { minLength: 1, maxLength: 20 }).map((assets) => {
    const columns = scoreColumns(assets.length);
    for (const [at, [fast, heavy]] of assets.entries()) {
      foldInto(columns.fast, at, fast, columnsOf(LABELS));
      foldInto(columns.heavy, at, heavy, columnsOf(LABELS));
      columns.fastState[at] = FAST.scored;
      columns.heavyState[at] = HEAVY.scored;
    }
    return columns;
  });
};
const asking = (of: Partial<TransitionRules['late_block']>): TransitionRules => ({
  ...STARTING_TRANSITIONS,
  late_block: { ...STARTING_TRANSITIONS.late_block, ...of },
});
const ASK: TransitionRule = { do: 'ask' };
const CLOSE: TransitionRule = { do: 'apply_unless_close', margin: 0.1 };

describe('raising a block threshold', () => {
  it('blocks no more for good where this says that it cannot', () => {
    const cases = fc.tuple(policies(), fc.constantFrom(...FINDINGS), fc.constantFrom(...TIERS), fc.nat(16), rows());
    fc.assert(
      fc.property(cases, ([policy, label, tier, part, columns]) => {
        fc.pre(!raisingMayBlock(policy.transitions, label, tier));
        const from = policy.thresholds[label][tier].blockFrom;
        const to = Math.min(1, from + ((1 - from) * part) / 16);
        const after = applyChanges(policy, [{ path: `/thresholds/${label}/${tier}/blockFrom`, from, to }]);
        expect(policyLoad(columns, after).final.block).toBeLessThanOrEqual(policyLoad(columns, policy).final.block);
      }),
      { numRuns: 200 },
    );
  });

  it('may block more where a rule asks for this label, and less for another', () => {
    const rules = asking({ 'sexual.explicit': ASK });
    expect(raisingMayBlock(rules, 'sexual.explicit', 'heavy')).toBe(true);
    expect(raisingMayBlock(rules, 'sexual.explicit', 'fast')).toBe(false);
    expect(raisingMayBlock(rules, 'sexual.suggestive', 'heavy')).toBe(false);
  });

  it('may block more, whatever the label, where a rule asks what is close', () => {
    expect(raisingMayBlock(asking({ 'sexual.explicit': CLOSE }), 'sexual.suggestive', 'heavy')).toBe(true);
  });

  it('cannot where all rules apply, or all ask', () => {
    expect(raisingMayBlock(STARTING_TRANSITIONS, 'sexual.explicit', 'heavy')).toBe(false);
    const all = asking({ 'sexual.explicit': ASK, 'sexual.explicit.drawn': ASK, 'sexual.suggestive': ASK });
    expect(raisingMayBlock(all, 'sexual.explicit', 'heavy')).toBe(false);
  });
});
