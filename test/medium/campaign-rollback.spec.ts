import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import type { HeavyResult } from '#persistence/final-store.js';
import type { Scores } from './console-scene.js';
import {
  CLEAR,
  UNCERTAIN,
  VIOLATING,
  draft,
  faults,
  finalled,
  model,
  openCampaigns,
  order,
  ran,
  scene,
  standing,
  stateOf,
  work,
} from './campaign-scene.js';

openCampaigns();

/** The heavy tier has given up on an asset. */
const dead = async (assetId: string): Promise<HeavyResult> => ({
  ...(await scene.heavyResult(assetId, CLEAR)),
  judgement: { verdict: 'review', band: null, source: 'default', reasons: [{ code: 'heavy_tier_failed' }] },
  classification: null,
  dead: { reason: 'timeout', attempts: 3, detail: 'it took too long' },
});
async function resubmit(): Promise<void> {
  const letters = await scene.rows<{ id: number }>(`SELECT id::integer AS id FROM dead_letter WHERE closed_at IS NULL`);
  const body = { ids: letters.map(({ id }) => id), note: 'again' };
  expect((await scene.ask('chief', 'POST', '/api/dead-letters/resubmit', body)).status).toBe(200);
}
async function applied(says: Scores, assetId: string, body = {}): Promise<string> {
  model.says.set(assetId, says);
  const id = await ran(body);
  await order(id, 'apply');
  await work(id, 'applied');
  return id;
}
async function undone(id: string): Promise<void> {
  await order(id, 'rollback');
  await work(id, 'rolled_back');
}
const outcomes = async (): Promise<string[]> =>
  (
    await scene.rows<{ outcome: string }>(`SELECT outcome FROM campaign_result JOIN campaign k ON k.id = campaign_id
      ORDER BY k.created_at, k.id`)
  ).map(({ outcome }) => outcome);

describe('a rollback where a try again has died since, which changed nothing that is served', () => {
  it.each<[string, Scores, Scores, boolean]>([
    ['takes from what is served what the campaign released', VIOLATING, CLEAR, false],
    ['serves again what the campaign withheld', CLEAR, VIOLATING, true],
  ])('%s', async (_how, fast, says, served) => {
    const assetId = await scene.upload(fast);
    await scene.settle(await dead(assetId));
    await resubmit();
    // as it was where campaigns did not ask whether an asset is waited for
    const [row] = await scene.rows<{ pending: object }>(`SELECT to_jsonb(p) AS pending FROM pending_final p`);
    await scene.rows(`DELETE FROM pending_final`);
    const id = await applied(says, assetId);
    await scene.rows(`INSERT INTO pending_final SELECT * FROM jsonb_populate_record(NULL::pending_final, $1)`, [
      JSON.stringify(row?.pending),
    ]);
    await scene.settle(await dead(assetId));
    expect(await standing(assetId)).toMatchObject({ verdict: 'review', served: !served });
    expect(await faults()).toEqual([]);

    await scene.rows(`UPDATE campaign_result SET outcome = 'kept'`);
    expect(await faults()).toEqual(['a rollback did not restore what stood before']);
    await scene.rows(`UPDATE campaign_result SET outcome = 'applied'`);

    await undone(id);
    expect(await standing(assetId)).toMatchObject({ verdict: 'review', served });
    expect(await outcomes()).toEqual(['rolled_back']);
    expect(await scene.rows(`SELECT 1 FROM review WHERE state IN ('open', 'claimed')`)).toHaveLength(1);
    expect(await faults()).toEqual([]);
  });
});

describe('a campaign that is applied', () => {
  it('leaves alone what waits for its final by then', async () => {
    const assetId = await scene.upload(VIOLATING);
    await scene.settle(await dead(assetId));
    const id = await ran();
    await resubmit();
    await order(id, 'apply');
    await work(id, 'applied');
    expect(await outcomes()).toEqual(['moved_on']);
    expect(await standing(assetId)).toMatchObject({ verdict: 'review', served: false, revisions: 2 });
    await scene.settle(await dead(assetId));
    await undone(id);
    expect(await standing(assetId)).toMatchObject({ verdict: 'review', served: false, revisions: 3 });
    expect(await faults()).toEqual([]);
  });
});

describe('a rollback', () => {
  it('takes back the review that a person decided and brought back', async () => {
    const assetId = await finalled(CLEAR, CLEAR);
    const id = await applied(UNCERTAIN, assetId);
    const [open] = await scene.rows<{ id: string }>(`SELECT id FROM review WHERE state = 'open'`);
    const reviewId = open?.id ?? '';
    await scene.ask('anna', 'POST', `/api/reviews/${reviewId}/claim`);
    const decision = { verdict: 'block', policyLabel: 'sexual.explicit', reason: 'by mistake' };
    const decided = await scene.ask<{ decisionId: string }>('anna', 'POST', `/api/reviews/${reviewId}/decide`, {
      ...decision,
      ...(await scene.looked(reviewId)),
    });
    const undo = `/api/decisions/${decided.body.decisionId}/undo`;
    expect((await scene.ask('anna', 'POST', undo, { reason: 'wrong picture' })).status).toBe(200);
    expect(await standing(assetId)).toMatchObject({ verdict: 'review', served: true });
    await undone(id);
    expect(await standing(assetId)).toMatchObject({ verdict: 'allow', served: true });
    expect(await outcomes()).toEqual(['rolled_back']);
    expect(await scene.rows(`SELECT 1 FROM review WHERE state IN ('open', 'claimed')`)).toEqual([]);
    expect(await faults()).toEqual([]);
  });

  it.each<[string, boolean]>([
    ['the older first', true],
    ['the younger first', false],
  ])('of two campaigns over an asset leaves nothing of either: %s', async (_order, olderFirst) => {
    const assetId = await finalled(CLEAR, CLEAR);
    const older = await applied(VIOLATING, assetId);
    const younger = await applied(VIOLATING, assetId, { record: 'all' });
    for (const id of olderFirst ? [older, younger] : [younger, older]) await undone(id);
    expect(await standing(assetId)).toMatchObject({ verdict: 'allow', served: true });
    expect(await outcomes()).toEqual(olderFirst ? ['kept', 'rolled_back'] : ['rolled_back', 'rolled_back']);
    expect(await faults()).toEqual([]);
  });
});

describe('a campaign that rests for its rate', () => {
  it('lets a younger one go on, and an order to it is followed', async () => {
    for (let n = 0; n < 4; n += 1) await finalled(CLEAR, CLEAR);
    const capped = (await draft({ rateMaxPerSecond: 0.01 })).campaign.id;
    const younger = (await draft({ name: 'younger' })).campaign.id;
    for (const id of [capped, younger]) await order(id, 'start');
    await work(younger, 'done');
    expect(await stateOf(capped)).toMatchObject({ state: 'running', handled: 3 });
    await scene.rows(`UPDATE campaign SET state = 'applying' WHERE id = $1`, [capped]);
    await work(capped, 'applied');
  });
});

describe('a plan', () => {
  it('has no looks for what a bank knows, and neither has the campaign', async () => {
    await finalled(CLEAR, CLEAR);
    const { body: bank } = await scene.ask<{ id: string }>('chief', 'POST', '/api/banks', {
      name: 'partner',
      kind: 'block',
    });
    const entries = [{ sha256: 'cd'.repeat(32) }];
    expect((await scene.ask('chief', 'POST', `/api/banks/${bank.id}/entries`, { entries })).status).toBeLessThan(300);
    expect((await draft()).plan).toMatchObject({ chosen: 1, banked: 1, looks: 0, seconds: 0 });
    await scene.rows(`UPDATE bank SET disabled_until = now() + interval '1 day' WHERE id = $1`, [bank.id]);
    expect((await draft()).plan).toMatchObject({ chosen: 1, banked: 0, looks: 1 });
    await scene.rows(`DELETE FROM bank_entry`);
  });
});
