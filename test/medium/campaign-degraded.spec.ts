import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import type { ClassifyOutcome } from '#contracts/classify.js';
import type { Degradation } from '#contracts/prepared-image.js';
import type { BankHit } from '#moderation/banks/bank.js';
import { judgeProvisional, judgeUnavailable } from '#moderation/judge.js';
import { labelScores } from '#moderation/label-scores.js';
import { FLAGS } from '#moderation/replay/score-columns.js';
import { ScoreStore } from '#persistence/score-store.js';
import { resultOf } from '../../apps/batch/heavy/heavy-result.js';
import type { Scores } from './console-scene.js';
import {
  CLEAR,
  UNCERTAIN,
  VIOLATING,
  faults,
  model,
  openCampaigns,
  order,
  ran,
  scene,
  standing,
  work,
} from './campaign-scene.js';

openCampaigns();

const KINDS: readonly Degradation[][] = [[], ['damaged'], ['frames_not_decoded'], ['damaged', 'frames_not_decoded']];
const SEEN: readonly Scores[] = [CLEAR, UNCERTAIN, VIOLATING];
const HIT: BankHit = { bank: 'partner', kind: 'block', entryId: 3, match: 'perceptual', distance: 1 };
const LOOKS = { pdq: 'ab'.repeat(32), quality: 90 };

/** An upload that the fast tier saw as it is, or shed. */
async function upload(degraded: Degradation[], isShed: boolean): Promise<string> {
  const policy = await scene.policies.live();
  const judgement = isShed
    ? judgeUnavailable(policy, 'shed')
    : judgeProvisional(policy, { scores: labelScores([0], ['sexual.explicit']), degraded });
  return scene.upload(CLEAR, {
    judgement,
    degraded: isShed ? [] : degraded,
    ...(isShed ? { classification: null } : {}),
  });
}

/** The heavy tier's look at an asset, by the model of the campaigns. */
async function settled(assetId: string, scores: Scores, degraded: Degradation[], hit?: BankHit): Promise<void> {
  const policy = await scene.policies.live();
  model.says.set(assetId, scores);
  model.degraded.set(assetId, degraded);
  const { outcomes } = await model.classify([{ path: assetId }]);
  const [scored] = outcomes;
  if (scored === undefined) throw new Error('a look has an outcome');
  const look: ClassifyOutcome = { ...scored, perceptual: hit === undefined ? null : LOOKS };
  await scene.settle(
    resultOf(assetId, look, model.model, { policy, gate: { perceptual: () => hit }, nowMs: Date.now() }),
  );
  model.looks.length = 0;
}

/** What stands of each asset, and what the newest campaign says of it. */
const both = (): Promise<{ stands: unknown; says: unknown; judged: boolean }[]> =>
  scene.rows(
    `SELECT d.verdict || ' ' || d.reasons AS stands, (r.judgement ->> 'verdict') || ' ' || (r.judgement -> 'reasons') AS says,
       r.judgement IS NOT NULL AS judged
     FROM asset a JOIN decision d ON d.asset_id = a.id AND d.revision = a.standing_revision
     JOIN campaign_result r ON r.asset_id = a.id AND r.campaign_id = (SELECT max(id::text)::uuid FROM campaign)`,
  );

describe('what a look did not see wholly', () => {
  it.each([
    ['is known to whoever judges its scores again: as the heavy tier has settled it', false],
    ['is known also of rows that were written before it was kept with the asset', true],
  ])('%s', async (_case, isOld) => {
    for (const isShed of [false, true]) {
      for (const kinds of KINDS) for (const scores of SEEN) await settled(await upload(kinds, isShed), scores, kinds);
    }
    if (isOld) await scene.rows(`UPDATE asset SET degraded = '{}'`);
    await ran();
    expect(model.looks).toEqual([]);
    const assets = await both();
    expect(assets).toHaveLength(2 * KINDS.length * SEEN.length);
    for (const { stands, says, judged } of assets) expect({ says, judged }).toEqual({ says: stands, judged: true });
  });

  it('is not forgotten where a bank decided after the look', async () => {
    const assetId = await upload([], true);
    await settled(assetId, CLEAR, ['damaged'], HIT);
    expect(await standing(assetId)).toMatchObject({ verdict: 'block' });
    const id = await ran();
    await order(id, 'apply');
    await work(id, 'applied');
    expect(await standing(assetId)).toMatchObject({ verdict: 'review', served: false });
  });

  it('is not forgotten where a campaign looked and was discarded', async () => {
    const assetId = await upload([], false);
    await scene.settle(await scene.heavyResult(assetId, UNCERTAIN));
    model.degraded.set(assetId, ['damaged']);
    await order(await ran(), 'discard');
    expect(model.looks).toEqual([assetId]);
    const id = await ran({ record: 'all' });
    expect(model.looks).toEqual([assetId]);
    await order(id, 'apply');
    await work(id, 'applied');
    expect(await standing(assetId)).toMatchObject({ verdict: 'review', served: true });
    expect(await faults()).toEqual([]);
  });

  it.each([
    ['as it is kept', false],
    ['as the final says', true],
  ])('is among what policies are replayed on, %s', async (_case, isOld) => {
    const [shed, seen] = [await upload([], true), await upload(['damaged'], false)];
    await settled(shed, CLEAR, ['damaged']);
    await settled(seen, CLEAR, ['damaged']);
    if (isOld) await scene.rows(`UPDATE asset SET degraded = '{}'`);
    const window = { from: new Date(0), before: new Date('2100-01-01'), clientId: null };
    const { ids, sample } = await new ScoreStore(scene.database).page(window, 10);
    const flags = new Map(ids.map((id, row) => [id, sample.columns.flags[row]]));
    expect(flags.get(shed)).toBe(FLAGS.degraded);
    expect(flags.get(seen)).toBe(FLAGS.degraded | FLAGS.fastDegraded);
  });
});
