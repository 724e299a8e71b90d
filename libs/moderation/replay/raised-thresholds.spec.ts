import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { policies, scores } from '../../../test/support/arbitrary-policies.js';
import { FINDINGS, LABELS } from '../label.js';
import { policyFaults, type PolicyDocument } from '../policy.js';
import { applyChanges } from '../policy-diff.js';
import { TIERS } from '../words.js';
import { Replay } from './replay.js';
import { columnsOf, FAST, FLAGS, foldInto, HEAVY, scoreColumns, type ScoreColumns } from './score-columns.js';

const rows = (): fc.Arbitrary<ScoreColumns> => {
  const row = fc.array(scores(), { minLength: LABELS.length, maxLength: LABELS.length });
  return fc.array(fc.tuple(row, row, fc.boolean()), { minLength: 1, maxLength: 20 }).map((assets) => {
    const columns = scoreColumns(assets.length);
    for (const [at, [fast, heavy, degraded]] of assets.entries()) {
      foldInto(columns.fast, at, fast, columnsOf(LABELS));
      foldInto(columns.heavy, at, heavy, columnsOf(LABELS));
      columns.fastState[at] = FAST.scored;
      columns.heavyState[at] = HEAVY.scored;
      columns.flags[at] = degraded ? FLAGS.degraded | FLAGS.fastDegraded : 0;
    }
    return columns;
  });
};

/** A policy, and the same with one label's `blockFrom` raised in one tier. */
const raised = (of: fc.Arbitrary<PolicyDocument>): fc.Arbitrary<[PolicyDocument, PolicyDocument]> =>
  fc
    .tuple(of, fc.constantFrom(...FINDINGS), fc.constantFrom(...TIERS), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([policy, label, tier, part]) => {
      const from = policy.thresholds[label][tier].blockFrom;
      const to = Math.min(1, from + (1 - from) * part);
      return [policy, applyChanges(policy, [{ path: `/thresholds/${label}/${tier}/blockFrom`, from, to }])];
    });

describe('raising a block threshold', () => {
  it('never increases blocks, of either tier, where the rules apply every transition', () => {
    const applying = policies(fc.constant({ do: 'apply' } as const));
    fc.assert(
      fc.property(raised(applying), rows(), ([before, after], columns) => {
        expect(policyFaults(after)).toEqual([]);
        const replay = new Replay(before, after);
        replay.add(columns, String);
        const result = replay.result();
        // what is uncertain may be blocked for the time being: then a block becomes one of another band
        expect(result.after.provisional.block).toBeLessThanOrEqual(result.before.provisional.block);
        expect(result.after.final.block).toBeLessThanOrEqual(result.before.final.block);
      }),
      { numRuns: 300 },
    );
  });

  it('can let through a block that a rule had held back for the label it was raised for', () => {
    const ask = { do: 'ask' } as const;
    const at = { clearBelow: 0.25, blockFrom: 0.5 };
    const apply = { do: 'apply' } as const;
    const some = fc.sample(policies(fc.constant(apply)), 1)[0];
    if (some === undefined) throw new Error('no policy');
    const tiers = { fast: { clearBelow: 1, blockFrom: 1 }, heavy: at };
    const labels = { 'sexual.explicit': tiers, 'sexual.explicit.drawn': tiers, 'sexual.suggestive': tiers };
    const rules = { 'sexual.explicit': ask, 'sexual.explicit.drawn': apply, 'sexual.suggestive': apply };
    const before = { ...some, thresholds: labels, transitions: { late_block: rules, late_release: rules } };
    const after = applyChanges(before, [{ path: '/thresholds/sexual.explicit/heavy/blockFrom', from: 0.5, to: 1 }]);
    const columns = scoreColumns(1);
    foldInto(columns.fast, 0, [0, 0], columnsOf(['sexual.explicit', 'sexual.suggestive']));
    foldInto(columns.heavy, 0, [0.75, 0.75], columnsOf(['sexual.explicit', 'sexual.suggestive']));
    columns.fastState[0] = FAST.scored;
    columns.heavyState[0] = HEAVY.scored;
    const replay = new Replay(before, after);
    replay.add(columns, String);
    expect(replay.result().changes.map(({ from, to }) => [from.verdict, to.verdict])).toEqual([['review', 'block']]);
  });
});
