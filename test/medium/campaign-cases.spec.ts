import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import type { Scores } from './console-scene.js';
import {
  CLEAR,
  UNCERTAIN,
  VIOLATING,
  faults,
  finalled,
  model,
  openCampaigns,
  order,
  ran,
  scene,
  standing,
  work,
} from './campaign-scene.js';

openCampaigns();

interface Case {
  readonly id: string;
  readonly state: string;
  readonly change: string;
  readonly labels: readonly string[];
  readonly exposureMs: number;
  readonly margin: number;
  readonly disagreement: boolean;
}

const cases = (assetId: string): Promise<Case[]> =>
  scene.rows<Case>(
    `SELECT id, state, change, labels, exposure_ms AS "exposureMs", margin, disagreement FROM review
     WHERE asset_id = $1 ORDER BY opened_at, id`,
    [assetId],
  );
/** A late block of the heavy tier, after a minute in which it was served. */
async function lateBlock(): Promise<string> {
  const assetId = await scene.upload(CLEAR);
  scene.nowMs += 60_000;
  await scene.settle(await scene.heavyResult(assetId, VIOLATING));
  return assetId;
}
async function applied(says: Scores, ...assets: readonly string[]): Promise<string> {
  for (const id of assets) model.says.set(id, says);
  const id = await ran();
  await order(id, 'apply');
  await work(id, 'applied');
  return id;
}
async function undone(campaign: string): Promise<void> {
  await order(campaign, 'rollback');
  await work(campaign, 'rolled_back');
}
async function decided(reviewId: string, verdict: string, expectedRevision: number): Promise<void> {
  await scene.ask('anna', 'POST', `/api/reviews/${reviewId}/claim`);
  const policyLabel = verdict === 'block' ? { policyLabel: 'sexual.explicit' } : {};
  const decision = { verdict, reason: 'looked at it', expectedRevision, ...policyLabel };
  const { status, body } = await scene.ask('anna', 'POST', `/api/reviews/${reviewId}/decide`, decision);
  expect([status, body]).toEqual([200, expect.anything()]);
}
const ids = async (): Promise<string[]> => {
  const { body } = await scene.ask<{ items: { id: string }[] }>('ben', 'GET', '/api/reviews');
  return body.items.map(({ id }) => id);
};

describe('the case of a late block that a campaign has ended', () => {
  it.each<[string, Scores, string]>([
    ['ended by allowing it', CLEAR, 'withdrawn'],
    ['made another by leaving it to a human', UNCERTAIN, 'open'],
  ])('%s, is as it was once that is rolled back, and moderators see it', async (_how, says, meanwhile) => {
    const assetId = await lateBlock();
    const [before] = await cases(assetId);
    expect(before).toMatchObject({ state: 'open', change: 'late_block', labels: ['sexual.explicit'] });
    expect(before?.exposureMs).toBeGreaterThanOrEqual(60_000);
    await scene.ask('anna', 'POST', `/api/reviews/${before?.id}/claim`);
    const campaign = await applied(says, assetId);
    const [ended] = await cases(assetId);
    expect(ended).toMatchObject({ id: before?.id, state: meanwhile === 'open' ? 'claimed' : meanwhile });
    await undone(campaign);
    expect(await standing(assetId)).toMatchObject({ verdict: 'block', served: false });
    expect(await cases(assetId)).toEqual([{ ...before, state: 'open' }]);
    expect(await ids()).toEqual([before?.id]);
    await decided(before?.id ?? '', 'allow', 4);
    expect(await standing(assetId)).toMatchObject({ verdict: 'allow', served: true });
    expect(await faults()).toEqual([]);
  });

  it('is open again as the same where it was of a review, and no other stands beside it', async () => {
    const { assetId, reviewId } = await scene.openCase(UNCERTAIN, UNCERTAIN);
    const before = await cases(assetId);
    await undone(await applied(VIOLATING, assetId));
    expect(await cases(assetId)).toEqual(before);
    expect(await ids()).toEqual([reviewId]);
    expect(await faults()).toEqual([]);
  });

  it('stays as a person has left it', async () => {
    const [human, later] = [await lateBlock(), await lateBlock()];
    const [[done], [open]] = [await cases(human), await cases(later)];
    await decided(done?.id ?? '', 'block', 2);
    const campaign = await applied(UNCERTAIN, human, later);
    await decided(open?.id ?? '', 'allow', 3);
    await undone(campaign);
    expect([await cases(human), await cases(later)]).toMatchObject([[{ state: 'decided' }], [{ state: 'decided' }]]);
    expect(await standing(later)).toMatchObject({ verdict: 'allow' });
    expect(await ids()).toEqual([]);
    expect(await faults()).toEqual([]);
  });

  it('is none where there was none', async () => {
    const assetId = await finalled(CLEAR, CLEAR);
    const campaign = await applied(VIOLATING, assetId);
    await undone(campaign);
    expect(await cases(assetId)).toEqual([]);
  });
});
