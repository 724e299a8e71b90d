import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { policies, scores } from '../../../test/support/arbitrary-policies.js';
import { judgeFinal, judgeProvisional, judgeUnavailable, marginOf, type Judgement } from '../judge.js';
import { FINDINGS, LABELS, type Label } from '../label.js';
import { labelScores } from '../label-scores.js';
import { STARTING_POLICY, type PolicyDocument } from '../policy.js';
import { ruleOn, type ReasonedDecision } from '../transition-rules.js';
import { compilePolicy, VERDICT_OF } from './policy-table.js';
import { AFFECTED_MAX, Replay } from './replay.js';
import { columnsOf, FAST, FLAGS, foldInto, HEAVY, scoreColumns, type ScoreColumns } from './score-columns.js';
import { BAND_OF, bandIn, labelIn, verdictIn, weigh, weighed, type Outcome } from './weigh.js';

/** What is known of an asset: of each tier a score per class, or null where it gave none. */
interface Asset {
  readonly fast: readonly number[] | null;
  readonly heavy: readonly number[] | null;
  /** What a bank decided instead of the fast tier. */
  readonly known: 'allow' | 'block' | null;
  readonly degraded: boolean;
  readonly fastDegraded: boolean;
  readonly human: boolean;
}

/** Classes of a model, of which some may share a label, and some findings may have no class. */
const models = (): fc.Arbitrary<readonly Label[]> =>
  fc.array(fc.constantFrom(...LABELS), { minLength: 1, maxLength: 6 });

const assetsOf = (labels: readonly Label[]): fc.Arbitrary<Asset> => {
  const row = fc.array(scores(), { minLength: labels.length, maxLength: labels.length });
  return fc.record({
    fast: fc.option(row, { freq: 6 }),
    heavy: fc.option(row, { freq: 6 }),
    known: fc.option(fc.constantFrom('allow' as const, 'block' as const), { freq: 6 }),
    degraded: fc.boolean(),
    fastDegraded: fc.boolean(),
    human: fc.boolean(),
  });
};

const worlds = (): fc.Arbitrary<{ labels: readonly Label[]; assets: readonly Asset[] }> =>
  models().chain((labels) =>
    fc.record({ labels: fc.constant(labels), assets: fc.array(assetsOf(labels), { maxLength: 12 }) }),
  );

function columnsFor(labels: readonly Label[], assets: readonly Asset[]): ScoreColumns {
  const columns = scoreColumns(assets.length);
  const to = columnsOf(labels);
  for (const [row, { fast, heavy, known, degraded, fastDegraded, human }] of assets.entries()) {
    if (fast !== null) foldInto(columns.fast, row, fast, to);
    if (heavy !== null) foldInto(columns.heavy, row, heavy, to);
    const unknown = fast === null ? FAST.unavailable : FAST.scored;
    columns.fastState[row] = known === null ? unknown : known === 'allow' ? FAST.keptAllow : FAST.keptBlock;
    columns.heavyState[row] = heavy === null ? HEAVY.none : HEAVY.scored;
    columns.flags[row] =
      (degraded ? FLAGS.degraded : 0) | (fastDegraded ? FLAGS.fastDegraded : 0) | (human ? FLAGS.human : 0);
  }
  return columns;
}

/** What the product decides about it, by the functions that the tiers call. */
function decided(document: PolicyDocument, labels: readonly Label[], asset: Asset): [Judgement, Judgement | null] {
  const policy = { version: 1, document };
  const degraded = asset.degraded ? (['damaged'] as const) : [];
  const provisional = provisionalOf(document, labels, asset);
  if (asset.heavy === null) return [provisional, null];
  const byLabel = labelScores(asset.heavy, labels);
  const judgement = judgeFinal(policy, { scores: byLabel, degraded });
  const margin = marginOf(policy, 'heavy', byLabel);
  const first: ReasonedDecision = { ...provisional, revision: 1, stage: 'provisional', decidedAtMs: 0 };
  return [provisional, ruleOn({ judgement, margin, rules: document.transitions }, [first]).judgement];
}

function provisionalOf(
  document: PolicyDocument,
  labels: readonly Label[],
  { fast, known, fastDegraded }: Asset,
): Judgement {
  const policy = { version: 1, document };
  if (known !== null) return { verdict: known, band: null, source: 'hash', reasons: [{ code: 'known_hash' }] };
  if (fast === null) return judgeUnavailable(policy, 'fast_tier_failed');
  return judgeProvisional(policy, { scores: labelScores(fast, labels), degraded: fastDegraded ? ['damaged'] : [] });
}

const told = (outcome: Outcome): object | null =>
  outcome < 0 ? null : { verdict: VERDICT_OF[verdictIn(outcome)], band: BAND_OF[bandIn(outcome)] };

const plain = (judgement: Judgement | null): object | null =>
  judgement === null ? null : { verdict: judgement.verdict, band: judgement.band };

/** The first label of those that made the band. */
const leading = ({ band, reasons }: Judgement): number => {
  const code = band === 'violating' || band === 'uncertain' ? band : undefined;
  const label = reasons.find((reason) => reason.code === code)?.label;
  return label === undefined ? FINDINGS.length : FINDINGS.indexOf(label);
};

describe('a replay', () => {
  it('decides every asset as the tiers and the rules do, under any policy that the console accepts', () => {
    fc.assert(
      fc.property(policies(), worlds(), (document, { labels, assets }) => {
        const table = compilePolicy(document);
        const columns = columnsFor(labels, assets);
        const into = weighed();
        for (const [row, asset] of assets.entries()) {
          weigh(table, columns, row, into);
          const [provisional, final] = decided(document, labels, asset);
          expect([told(into.provisional), told(into.final)]).toEqual([plain(provisional), plain(final)]);
          expect(labelIn(into.provisional)).toBe(leading(provisional));
          expect(into.held).toBe(final?.reasons.some(({ code }) => code === 'awaits_moderator') ?? false);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('counts what would change, and nothing else', () => {
    fc.assert(
      fc.property(policies(), policies(), worlds(), (before, after, { labels, assets }) => {
        const replay = new Replay(before, after);
        replay.add(columnsFor(labels, assets), String);
        const result = replay.result();
        const finals = assets.map((asset) => [decided(before, labels, asset), decided(after, labels, asset)] as const);
        const moved = finals.filter(
          ([[oldFirst, oldLast], [first, last]]) =>
            oldFirst.verdict !== first.verdict || oldLast?.verdict !== last?.verdict,
        );
        expect(result).toMatchObject({ assets: assets.length, changed: moved.length });
        expect(result.after.final.block).toBe(finals.filter(([, [, last]]) => last?.verdict === 'block').length);
        expect(result.affected.length).toBe(Math.min(AFFECTED_MAX, moved.length));
        for (const { assetId } of result.affected) expect(moved).toContain(finals[Number(assetId)]);
      }),
    );
  });

  it('says the same however the assets come in pages', () => {
    fc.assert(
      fc.property(policies(), policies(), worlds(), fc.nat(12), (before, after, { labels, assets }, cut) => {
        const [whole, parts] = [new Replay(before, after), new Replay(before, after)];
        whole.add(columnsFor(labels, assets), String);
        parts.add(columnsFor(labels, assets.slice(0, cut)), String);
        parts.add(columnsFor(labels, assets.slice(cut)), (row) => String(row + Math.min(cut, assets.length)));
        expect(parts.result()).toEqual(whole.result());
      }),
    );
  });

  it('of the policy that is live changes nothing', () => {
    fc.assert(
      fc.property(policies(), worlds(), (document, { labels, assets }) => {
        const replay = new Replay(document, structuredClone(document));
        replay.add(columnsFor(labels, assets), String);
        expect(replay.result()).toMatchObject({ changed: 0, changes: [], affected: [] });
      }),
    );
  });

  it('shows first what would be allowed instead of blocked, the farthest first', () => {
    const heavy = { clearBelow: 0.9, blockFrom: 0.95 };
    const explicit = { ...STARTING_POLICY.thresholds['sexual.explicit'], heavy };
    const lax = { ...STARTING_POLICY, thresholds: { ...STARTING_POLICY.thresholds, 'sexual.explicit': explicit } };
    const scored = (score: number): Asset => ({
      fast: null,
      heavy: [score],
      known: null,
      degraded: false,
      fastDegraded: false,
      human: false,
    });
    const replay = new Replay(STARTING_POLICY, lax);
    replay.add(columnsFor(['sexual.explicit'], [scored(0.5), scored(0.875), scored(0.75), scored(0.1)]), String);
    const { affected, changes, before, after } = replay.result();
    expect(affected.map(({ assetId }) => assetId)).toEqual(['2', '1', '0']);
    expect(affected[0]).toMatchObject({
      tier: 'heavy',
      from: { verdict: 'block', band: 'violating', label: 'sexual.explicit' },
      to: { verdict: 'allow', band: 'clear', label: null },
      score: 0.75,
      humanDecided: false,
    });
    expect(changes.map(({ count, share }) => [count, share])).toEqual([
      [2, 0.5],
      [1, 0.25],
    ]);
    expect([before.final, after.final]).toEqual([
      { allow: 1, block: 2, review: 1 },
      { allow: 4, block: 0, review: 0 },
    ]);
    expect(before.transitions).toMatchObject({ confirmed_block: 2, late_release: 1, needs_review: 1 });
  });
});
