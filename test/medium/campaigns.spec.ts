import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import type { CampaignPage, CampaignReportAnswer } from '#contracts/campaign-answer.js';
import { judgeUnlabelled } from '#moderation/judge.js';
import { CampaignApplyStore } from '#persistence/campaign-apply-store.js';
import {
  CLEAR,
  NEXT,
  UNCERTAIN,
  VIOLATING,
  ask,
  causes,
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
  workOf,
  worker,
} from './campaign-scene.js';
import { HEAVY, NOON } from './console-scene.js';

const HOUR_MS = 3_600_000;
openCampaigns();

describe('a campaign', () => {
  it('tells what it would do without doing it', async () => {
    const clear = await finalled(CLEAR, CLEAR);
    await finalled(CLEAR, VIOLATING);
    await scene.upload(CLEAR);
    const { campaign, plan } = await draft({ modelId: HEAVY, note: 'new model', rateMaxPerSecond: 4 });
    expect(plan).toMatchObject({
      chosen: 2,
      humanDecided: 0,
      pending: 0,
      banked: 0,
      scored: 0,
      looks: 2,
      modelId: NEXT,
      seconds: 0.5,
    });
    expect(plan.sample.map(({ assetId }) => assetId)).toContain(clear);
    expect(campaign).toMatchObject({ state: 'draft', counted: 2, handled: 0, orders: ['start', 'discard'] });
    expect(await worker.step()).toBeGreaterThan(0);
    expect(await scene.rows('SELECT 1 FROM campaign_result')).toEqual([]);
    expect(model.looks).toEqual([]);
  });

  it('judges again what its filter chooses, and nothing changes until it is applied; a rollback brings all back', async () => {
    const kept = await finalled(CLEAR, CLEAR);
    const blocked = await finalled(CLEAR, CLEAR);
    const released = await finalled(VIOLATING, VIOLATING);
    const doubted = await finalled(CLEAR, CLEAR);
    const reviewed = await finalled(CLEAR, UNCERTAIN);
    const all = [kept, blocked, released, doubted, reviewed];
    model.says.set(blocked, VIOLATING).set(doubted, UNCERTAIN).set(reviewed, VIOLATING);
    const before = await Promise.all(all.map(standing));

    const id = await ran();
    expect([...model.looks].sort()).toEqual([...all].sort());
    expect(await Promise.all(all.map(standing))).toEqual(before);
    const { body: report } = await ask<CampaignReportAnswer>('GET', `/${id}/report?examples=50`);
    expect(report).toMatchObject({ judged: 5, flips: 4, skipped: {} });
    const label = 'sexual.explicit';
    expect(report.flows.map(({ from, to, label: of, assets, served }) => [from, to, of, assets, served])).toEqual([
      ['allow', 'block', label, 1, 1],
      ['allow', 'review', label, 1, 1],
      ['block', 'allow', label, 1, 0],
      ['review', 'block', label, 1, 1],
      ['allow', 'allow', null, 1, 1],
    ]);
    expect(report.flows[0]?.examples).toEqual([{ assetId: blocked, margin: expect.any(Number), outcome: null }]);

    await order(id, 'apply');
    expect(await work(id, 'applied')).toMatchObject({ progress: { done: 4, total: 4 }, orders: ['rollback'] });
    expect(await Promise.all(all.map(standing))).toEqual([
      { verdict: 'allow', served: true, revisions: 2 },
      { verdict: 'block', served: false, revisions: 3 },
      { verdict: 'allow', served: true, revisions: 3 },
      { verdict: 'review', served: true, revisions: 3 },
      { verdict: 'block', served: false, revisions: 3 },
    ]);
    expect([await causes(blocked), await causes(kept)]).toEqual([[{ cause: 'campaign', by: id }], []]);
    expect(await faults()).toEqual([]);

    await order(id, 'rollback');
    expect(await work(id, 'rolled_back')).toMatchObject({ progress: { done: 4, total: 4 }, orders: [] });
    const after = await Promise.all(all.map(standing));
    expect(after.map(({ verdict, served }) => [verdict, served])).toEqual(
      before.map(({ verdict, served }) => [verdict, served]),
    );
    // what was under review and shown is shown again: its first verdict goes before its second
    expect(after.map(({ revisions }) => revisions)).toEqual([2, 4, 4, 4, 5]);
    const open = await scene.rows<{ id: string }>(`SELECT asset_id AS id FROM review WHERE state = 'open'`);
    expect(open).toEqual([{ id: reviewed }]);
    expect(await faults()).toEqual([]);
    await scene.rows(`UPDATE campaign_result SET outcome = 'applied' WHERE asset_id = $1`, [blocked]);
    expect(await faults()).toEqual([blocked]);
    expect((await stateOf(id)).steps.map(({ step, by }) => [step, by])).toEqual([
      ['rollback', 'chief'],
      ['apply', 'chief'],
      ['start', 'chief'],
    ]);
  });

  it('closes the dead letter of what it labels, and a rollback opens that again', async () => {
    const [dead, skipped] = [await scene.upload(CLEAR), await scene.upload(CLEAR)];
    for (const assetId of [dead, skipped]) {
      const result = { ...(await scene.heavyResult(assetId, CLEAR)), judgement: judgeUnlabelled('heavy_tier_failed') };
      const letter = { reason: 'timeout', attempts: 3, detail: 'too slow' };
      await scene.settle({ ...result, classification: null, dead: letter });
    }
    model.fails.add(skipped);
    const letters = (): Promise<unknown[]> =>
      scene.rows(
        `SELECT asset_id AS id, closed_how AS how, closed_by AS by, note, closed_at IS NOT NULL AS closed FROM dead_letter
         ORDER BY id`,
      );
    const open = { how: null, by: null, note: null, closed: false };
    const bothOpen = [
      { id: dead, ...open },
      { id: skipped, ...open },
    ];
    const id = await ran();
    expect(await letters()).toEqual(bothOpen);
    await order(id, 'apply');
    await work(id, 'applied');
    expect(await standing(dead)).toMatchObject({ verdict: 'allow' });
    const labelled = { how: 'labelled', by: `campaign ${id}`, note: 'labelled by the campaign again', closed: true };
    expect(await letters()).toEqual([
      { id: dead, ...labelled },
      { id: skipped, ...open },
    ]);
    expect(await faults()).toEqual([]);
    await order(id, 'rollback');
    await work(id, 'rolled_back');
    expect(await letters()).toEqual(bothOpen);
    expect(await faults()).toEqual([]);
  });

  it('passes over what a person has decided, and what still waits for its final', async () => {
    const { assetId: human, reviewId } = await scene.openCase(CLEAR, UNCERTAIN);
    await scene.ask('anna', 'POST', `/api/reviews/${reviewId}/claim`);
    const decision = { verdict: 'allow', reason: 'a statue', expectedRevision: 2 };
    expect((await scene.ask('anna', 'POST', `/api/reviews/${reviewId}/decide`, decision)).status).toBe(200);
    const pending = await scene.upload(CLEAR);
    const { campaign, plan } = await draft();
    expect(plan).toMatchObject({ chosen: 2, humanDecided: 1, pending: 1, looks: 0, seconds: 0 });
    await order(campaign.id, 'start');
    await work(campaign.id, 'done');
    const { body: report } = await ask<CampaignReportAnswer>('GET', `/${campaign.id}/report`);
    expect(report).toMatchObject({ judged: 0, skipped: { human_decided: 1, pending: 1 } });
    await order(campaign.id, 'apply');
    await work(campaign.id, 'applied');
    expect([await causes(human), await causes(pending), model.looks]).toEqual([[], [], []]);
    expect(await faults()).toEqual([]);
  });

  it('leaves alone what was decided after it was judged, when it applies and when it rolls back', async () => {
    const decided = await scene.openCase(CLEAR, UNCERTAIN);
    const later = await finalled(CLEAR, CLEAR);
    model.says.set(decided.assetId, VIOLATING).set(later, UNCERTAIN);
    const decide = async (reviewId: string, expectedRevision: number): Promise<void> => {
      await scene.ask('anna', 'POST', `/api/reviews/${reviewId}/claim`);
      const decision = { verdict: 'allow', reason: 'a statue', expectedRevision };
      expect((await scene.ask('anna', 'POST', `/api/reviews/${reviewId}/decide`, decision)).status).toBe(200);
    };
    const id = await ran();
    await decide(decided.reviewId, 2);
    await order(id, 'apply');
    await work(id, 'applied');
    expect(await standing(decided.assetId)).toEqual({ verdict: 'allow', served: true, revisions: 3 });
    expect(await standing(later)).toMatchObject({ verdict: 'review', revisions: 3 });

    const [review] = await scene.rows<{ id: string }>(`SELECT id FROM review WHERE asset_id = $1`, [later]);
    await decide(review?.id ?? '', 3);
    await order(id, 'rollback');
    await work(id, 'rolled_back');
    expect(await standing(later)).toEqual({ verdict: 'allow', served: true, revisions: 4 });
    const { body: report } = await ask<CampaignReportAnswer>('GET', `/${id}/report`);
    expect(report.flows.map(({ from, outcomes }) => [from, outcomes])).toEqual([
      ['allow', { kept: 1 }],
      ['review', { moved_on: 1 }],
    ]);
    expect(await faults()).toEqual([]);
  });

  it('does not look again at what its model has scored, and judges it by the policy that is live when it starts', async () => {
    const assetId = await finalled(CLEAR, CLEAR);
    model.says.set(assetId, UNCERTAIN);
    const first = await ran();
    await order(first, 'discard');
    expect(model.looks).toEqual([assetId]);
    const kept = `SELECT view_names AS names, array_length(view_scores, 1) AS rows FROM classification WHERE model_id = $1`;
    const views = await scene.rows(`${kept} AND asset_id = $2`, [NEXT, assetId]);
    expect(views).toEqual([{ names: [{ look: 'reference', frame: 0 }], rows: 1 }]);

    const { plan, campaign } = await draft();
    expect(plan).toMatchObject({ chosen: 1, scored: 1, looks: 0 });
    const { version, document } = await scene.policies.live();
    const strict = { clearBelow: 0.1, blockFrom: 0.4 };
    const { thresholds } = document;
    const explicit = { ...thresholds['sexual.explicit'], heavy: strict };
    const changed = { ...document, thresholds: { ...thresholds, 'sexual.explicit': explicit } };
    const { version: stricter } = await scene.policies.draft({ document: changed, note: 'strict', author: 'test' });
    await scene.policies.publish(stricter, 'test');
    expect(await order(campaign.id, 'start')).toMatchObject({ policyVersion: stricter });
    await work(campaign.id, 'done');
    await order(campaign.id, 'apply');
    await work(campaign.id, 'applied');
    expect(model.looks).toEqual([assetId]);
    expect(await standing(assetId)).toMatchObject({ verdict: 'block' });
    expect(stricter).toBeGreaterThan(version);
    expect(await faults()).toEqual([]);

    const back = await scene.policies.draft({ document, note: 'back', author: 'test' });
    await scene.policies.publish(back.version, 'test');
  });

  it('records every judgement where it is told to', async () => {
    const assetId = await finalled(CLEAR, CLEAR);
    const id = await ran({ record: 'all' });
    await order(id, 'apply');
    await work(id, 'applied');
    expect(await standing(assetId)).toEqual({ verdict: 'allow', served: true, revisions: 3 });
    const rows = await scene.rows(`SELECT model_id AS model FROM decision WHERE asset_id = $1 AND revision = 3`, [
      assetId,
    ]);
    expect(rows).toEqual([{ model: NEXT }]);
    expect(await faults()).toEqual([]);
  });

  it('keeps what failed apart, and its neighbours do not suffer', async () => {
    const good = [await finalled(CLEAR, CLEAR), await finalled(CLEAR, CLEAR), await finalled(CLEAR, CLEAR)];
    const poison = await finalled(CLEAR, CLEAR);
    model.fails.add(poison);
    const id = await ran();
    expect(await stateOf(id)).toMatchObject({ handled: 4, failed: 1 });
    expect([...model.looks].sort()).toEqual([...good].sort());
    const rows = await scene.rows(`SELECT asset_id AS id, detail FROM campaign_result WHERE skipped = 'failed'`);
    expect(rows).toEqual([{ id: poison, detail: 'crashed' }]);
  });
});

describe('the work on a campaign', () => {
  it('is one service’s at a time, goes on where another was killed, and does nothing twice', async () => {
    const assets = [];
    for (let n = 0; n < 7; n += 1) assets.push(await finalled(CLEAR, CLEAR));
    const { campaign } = await draft();
    await order(campaign.id, 'start');
    const [first, second] = [worker, workOf()];
    await first.step();
    expect(await stateOf(campaign.id)).toMatchObject({ handled: 3, state: 'running' });
    expect(await second.step()).toBeGreaterThan(0);
    expect(await stateOf(campaign.id)).toMatchObject({ handled: 3 });

    await scene.rows(`UPDATE campaign_turn SET expires_at = now() - interval '1 second'`);
    await work(campaign.id, 'done', second);
    expect([...model.looks].sort()).toEqual([...assets].sort());
    expect(await stateOf(campaign.id)).toMatchObject({ handled: 7, progress: { done: 7, total: 7 } });
  });

  it('of a service that has lost its turn is not written', async () => {
    const assetId = await finalled(CLEAR, CLEAR);
    const { campaign } = await draft();
    await order(campaign.id, 'start');
    const taken = new Promise<void>((resolve, reject) => {
      const classify = model.classify.bind(model);
      model.classify = async (items) => {
        const other = scene.rows(
          `UPDATE campaign_turn SET token = gen_random_uuid(), expires_at = now() + interval '1 minute'`,
        );
        await other.then(() => resolve(), reject);
        return classify(items);
      };
    });
    await worker.step();
    await taken;
    expect(model.looks).toEqual([assetId]);
    expect(await stateOf(campaign.id)).toMatchObject({ handled: 0, state: 'running' });
  });

  it('waits while new assets are in hand, and rests when it is paused', async () => {
    await finalled(CLEAR, CLEAR);
    const { campaign } = await draft();
    await order(campaign.id, 'start');
    await workOf({ live: { busy: () => true } }).step();
    expect(model.looks).toEqual([]);
    await scene.rows(`UPDATE campaign_turn SET token = NULL`);
    await order(campaign.id, 'pause');
    await worker.step();
    expect(model.looks).toEqual([]);
    await order(campaign.id, 'resume');
    await work(campaign.id, 'done');
    expect(model.looks).toHaveLength(1);
  });

  it('has its share though new assets never pause, and no more', async () => {
    for (let n = 0; n < 7; n += 1) await finalled(CLEAR, CLEAR);
    const { campaign } = await draft();
    await order(campaign.id, 'start');
    let nowMs = 0;
    model.onLook = () => void (nowMs = Math.max(nowMs, 31_000));
    const starved = workOf({ live: { busy: () => true }, nowMs: () => nowMs });
    await starved.step();
    expect(model.looks).toHaveLength(0);
    nowMs = 30_000;
    await starved.step();
    expect(model.looks).toHaveLength(3);
    nowMs = 49_999; // the page took one second: nineteen are the new assets'
    await starved.step();
    expect(model.looks).toHaveLength(3);
    nowMs = 50_000;
    await starved.step();
    expect(model.looks).toHaveLength(6);
  });

  it('keeps to its rate', async () => {
    for (let n = 0; n < 4; n += 1) await finalled(CLEAR, CLEAR);
    const { campaign } = await draft({ rateMaxPerSecond: 0.01 });
    await order(campaign.id, 'start');
    await worker.step();
    expect(model.looks).toHaveLength(3);
    expect(await worker.step()).toBeGreaterThan(0);
    expect(model.looks).toHaveLength(3);
  });

  it('of another model is left alone, and people are told', async () => {
    await finalled(CLEAR, CLEAR);
    const { campaign } = await draft();
    await order(campaign.id, 'start');
    await scene.rows(`UPDATE campaign SET model_id = $1`, [HEAVY]);
    await worker.step();
    expect(model.looks).toEqual([]);
    expect((await stateOf(campaign.id)).fault).toContain(`${NEXT} is served now`);
  });

  it('that meets a defect ends, and is resumed when that is mended', async () => {
    await finalled(CLEAR, CLEAR);
    const { campaign } = await draft();
    await order(campaign.id, 'start');
    const classify = model.classify.bind(model);
    model.classify = () => Promise.reject(new Error('no such thing'));
    await expect(worker.step()).rejects.toThrow('no such thing');
    expect(await stateOf(campaign.id)).toMatchObject({ state: 'failed', fault: 'no such thing' });
    model.classify = classify;
    await order(campaign.id, 'resume');
    expect(await work(campaign.id, 'done')).toMatchObject({ fault: null, handled: 1 });
  });

  it('that meets a defect while it is applied says so, holds up no other, and goes on when that is mended', async () => {
    await finalled(CLEAR, CLEAR);
    const [broken, other] = [await ran(), await ran({ name: 'other' })];
    await scene.rows(`UPDATE campaign SET started_at = '2001-01-01' WHERE id = $1`, [broken]);
    let isMended = false;
    let nowMs = 0;
    class Applies extends CampaignApplyStore {
      override applyPage(token: string, id: string, most: number, at: number) {
        if (id === broken && !isMended) return Promise.reject(new Error('no such rule'));
        return super.applyPage(token, id, most, at);
      }
    }
    await worker.release();
    const mending = workOf({ applies: new Applies(scene.database), nowMs: () => nowMs });
    for (const id of [broken, other]) await order(id, 'apply');
    await expect(mending.step()).rejects.toThrow('no such rule');
    expect(await stateOf(broken)).toMatchObject({ state: 'applying', fault: 'no such rule' });
    expect(await work(other, 'applied', mending)).toMatchObject({ fault: null });
    isMended = true;
    nowMs += HOUR_MS;
    expect(await work(broken, 'applied', mending)).toMatchObject({ fault: null });
    await mending.release();
  });
});

describe('the choice of a campaign', () => {
  it('is by the decision in force, the client, the class and the time', async () => {
    const allowed = await finalled(CLEAR, CLEAR);
    const blocked = await finalled(CLEAR, { suggestive: 0.97 });
    scene.nowMs += HOUR_MS;
    const late = await finalled(VIOLATING, VIOLATING);
    const { version } = await scene.policies.live();
    await scene.rows(`INSERT INTO client (id, name) VALUES (gen_random_uuid(), 'quiet')`);
    const chosen = async (filter: object): Promise<string[]> =>
      (await draft(filter)).plan.sample.map(({ assetId }) => assetId).sort();
    const noonPast = new Date(NOON + 60_000).toISOString();
    expect(await chosen({})).toEqual([allowed, blocked, late].sort());
    expect(await chosen({ verdict: 'allow' })).toEqual([allowed]);
    expect(await chosen({ label: 'sexual.suggestive' })).toEqual([blocked]);
    expect(await chosen({ receivedFrom: noonPast })).toEqual([late]);
    expect(await chosen({ receivedBefore: noonPast })).toEqual([allowed, blocked].sort());
    expect(await chosen({ modelId: HEAVY, policyVersion: version, trafficClass: 'normal' })).toHaveLength(3);
    expect(await chosen({ modelId: NEXT })).toEqual([]);
    expect(await chosen({ policyVersion: version + 1 })).toEqual([]);
    expect(await chosen({ client: 'shop' })).toHaveLength(3);
    expect(await chosen({ client: 'quiet' })).toEqual([]);
  });

  it('takes null for what does not matter', async () => {
    const none = { record: null, client: null, receivedFrom: null, label: null, note: null, rateMaxPerSecond: null };
    expect((await draft(none)).campaign).toMatchObject({ record: 'flips', note: null, rateMaxPerSecond: null });
  });

  it.each<[string, object, string]>([
    ['a span that ends before it begins', { receivedFrom: '2030-01-01T00:00:00Z' }, '/receivedFrom'],
    ['a label that is no finding', { label: 'neutral' }, '/label'],
    ['a rate of nothing', { rateMaxPerSecond: 0 }, '/rateMaxPerSecond'],
    ['a model that is no version', { modelId: "x' OR true" }, '/modelId'],
    ['no name', { name: '' }, '/name'],
    ['a client that is none', { client: 'nobody' }, '/client'],
  ])('refuses %s', async (_case, body, pointer) => {
    const answer = await ask<{ errors: { pointer: string }[] }>('POST', '', { name: 'again', ...body });
    expect([answer.status, answer.body.errors.map((fault) => fault.pointer)]).toEqual([400, [pointer]]);
  });
});

describe('orders and lists', () => {
  it('refuses an order that makes no sense, and says which does', async () => {
    const { campaign } = await draft();
    const refused = await ask<{ detail: string }>('POST', `/${campaign.id}/apply`);
    expect([refused.status, refused.body.detail]).toEqual([
      409,
      'The campaign is draft: it can be told to start or to discard.',
    ]);
    await order(campaign.id, 'discard');
    expect((await ask<{ detail: string }>('POST', `/${campaign.id}/start`)).body.detail).toBe(
      'The campaign is discarded: it has ended for good.',
    );
  });

  it('lists the newest first, page by page', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) ids.unshift((await draft()).campaign.id);
    const { body: first } = await ask<CampaignPage>('GET', '?limit=2');
    expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const { body: last } = await ask<CampaignPage>('GET', `?limit=2&cursor=${first.next ?? ''}`);
    expect([last.items.map(({ id }) => id), last.next]).toEqual([ids.slice(2), null]);
  });
});
