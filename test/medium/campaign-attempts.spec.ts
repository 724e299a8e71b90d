import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import type { CampaignReportAnswer } from '#contracts/campaign-answer.js';
import { ClassifierUnavailable } from '#inference/classifier/errors.js';
import { CampaignAttemptStore } from '#persistence/campaign-attempt-store.js';
import { CampaignRunStore } from '#persistence/campaign-run-store.js';
import { CampaignTurnStore } from '#persistence/campaign-turn-store.js';
import { ModelVersionStore } from '#persistence/model-version-store.js';
import { StorageLate } from '#storage/errors.js';
import type { CampaignWork } from '../../apps/batch/campaigns/campaign-work.js';
import {
  CLEAR,
  STEPS_MAX,
  TRIES,
  VIOLATING,
  ask,
  draft,
  faults,
  finalled,
  hasten,
  model,
  openCampaigns,
  order,
  place,
  ran,
  scene,
  standing,
  stateOf,
  work,
  workOf,
  worker,
} from './campaign-scene.js';

openCampaigns();

describe('what a campaign cannot look at', () => {
  const attempts = (): Promise<unknown[]> =>
    scene.rows(`SELECT asset_id AS id, attempts, in_hand AS "inHand" FROM campaign_attempt ORDER BY asset_id`);
  async function started(count: number): Promise<{ id: string; assets: string[] }> {
    const assets = [];
    for (let n = 0; n < count; n += 1) assets.push(await finalled(CLEAR, CLEAR));
    const { campaign } = await draft();
    await order(campaign.id, 'start');
    return { id: campaign.id, assets };
  }
  /** The service has died, and its time is up. */
  async function died(): Promise<void> {
    await scene.rows(`UPDATE campaign_turn SET expires_at = now() - interval '1 second'`);
    await scene.rows(`UPDATE campaign_attempt SET due_at = now()`);
  }

  it('is set aside, reported, and tried again on order, and the campaign comes to its end without it', async () => {
    const assets = [];
    for (let n = 0; n < 7; n += 1) assets.push(await finalled(CLEAR, CLEAR));
    const [, second = '', , , , , last = ''] = assets;
    for (const late of [second, last]) place.late.add(late);
    const id = await ran();
    expect([...model.looks].sort()).toEqual(assets.filter((one) => !place.late.has(one)).sort());
    expect(await stateOf(id)).toMatchObject({ handled: 7, failed: 2, orders: ['apply', 'retry', 'discard'] });
    const report = async (examples: number): Promise<CampaignReportAnswer> =>
      (await ask<CampaignReportAnswer>('GET', `/${id}/report?examples=${examples}`)).body;
    const unseen = [second, last].map((assetId) => ({ assetId, reason: 'unreadable', attempts: TRIES }));
    expect(await report(50)).toMatchObject({ judged: 5, skipped: { failed: 2 }, unseen });
    expect((await report(1)).unseen).toEqual(unseen.slice(0, 1));
    expect(await scene.rows('SELECT 1 FROM campaign_attempt')).toEqual([]);

    place.late.delete(last);
    expect(await order(id, 'retry')).toMatchObject({ state: 'running', handled: 5, failed: 0 });
    expect(await work(id, 'done')).toMatchObject({ handled: 7, failed: 1 });
    expect([...model.looks].sort()).toEqual(assets.filter((one) => one !== second).sort());
    expect((await report(50)).unseen).toEqual(unseen.slice(0, 1));
    expect(await faults()).toEqual([]);
  });

  it('is tried as often as it may, whoever is killed between', async () => {
    const { id, assets } = await started(3);
    const [late = ''] = assets;
    place.late.add(late);
    for (let tries = 1; tries < TRIES; tries += 1) {
      await workOf().step();
      expect(await attempts()).toEqual([{ id: late, attempts: tries, inHand: false }]);
      await died();
    }
    await workOf().step();
    expect(await attempts()).toEqual([]);
    await scene.rows(`UPDATE campaign_turn SET token = NULL`);
    expect(await work(id, 'done')).toMatchObject({ handled: 3, failed: 1 });
    expect(model.looks).toHaveLength(2);
  });

  it('waits for its next try, and the campaign does not end before', async () => {
    const { id, assets } = await started(1);
    await finalled(CLEAR, CLEAR);
    place.late.add(assets[0] ?? '');
    await worker.step();
    await scene.rows(`UPDATE campaign_attempt SET due_at = now() + interval '1 hour'`);
    for (let idle = 0; idle < 2; idle += 1) expect(await worker.step()).toBeGreaterThan(0);
    expect(await stateOf(id)).toMatchObject({ state: 'running', handled: 0 });
    expect(await attempts()).toMatchObject([{ attempts: 1, inHand: false }]);
    place.late.clear();
    expect(await work(id, 'done')).toMatchObject({ handled: 1, failed: 0 });
  });

  it('costs no try while nothing can be had, and nothing is passed over', async () => {
    const { id, assets } = await started(7);
    place.isAway = true;
    for (let outages = 0; outages < 2 * TRIES; outages += 1) {
      await expect(worker.step()).rejects.toThrow(StorageLate);
      expect(await attempts()).toEqual([]);
    }
    place.isAway = false;
    place.late.add(assets[0] ?? '');
    await worker.step();
    place.isAway = true;
    for (let outages = 0; outages < 2 * TRIES; outages += 1) {
      await hasten();
      await expect(worker.step()).rejects.toThrow(StorageLate);
      expect(await attempts()).toEqual([{ id: assets[0], attempts: 1, inHand: false }]);
    }
    place.isAway = false;
    place.late.clear();
    expect(await work(id, 'done')).toMatchObject({ handled: 7, failed: 0 });
  });

  it('because all is away says so, since when and no more than that, until it goes on', async () => {
    const { id } = await started(3);
    expect(await stateOf(id)).toMatchObject({ fault: null, waits: null });
    place.isAway = true;
    await expect(worker.step()).rejects.toThrow(StorageLate);
    const first = await stateOf(id);
    expect(first).toMatchObject({
      state: 'running',
      fault: 'it waits: the place of the stored bytes gives none',
      waits: { for: 'bytes', since: expect.any(String) },
    });
    await expect(workOf().step()).resolves.toBeGreaterThan(0); // another's turn says nothing
    await expect(worker.step()).rejects.toThrow(StorageLate);
    expect((await stateOf(id)).waits).toEqual(first.waits);

    place.isAway = false;
    const classify = model.classify.bind(model);
    model.classify = () => Promise.reject(new ClassifierUnavailable('no process is alive'));
    await hasten();
    await expect(worker.step()).rejects.toThrow(ClassifierUnavailable);
    const second = await stateOf(id);
    expect(second).toMatchObject({ fault: 'it waits: the heavy tier takes nothing', waits: { for: 'heavy_tier' } });
    expect(JSON.stringify(second)).not.toMatch(/503|no process/);
    expect(await order(id, 'pause')).toMatchObject({ fault: null, waits: null });
    await order(id, 'resume');
    await expect(worker.step()).rejects.toThrow(ClassifierUnavailable);

    model.classify = classify;
    await worker.step();
    expect(await stateOf(id)).toMatchObject({ handled: 3, fault: null, waits: null });
  });

  it('because its service dies of it is looked at alone, and set aside when that goes on', async () => {
    const { id, assets } = await started(4);
    const [deadly = ''] = assets;
    const classify = model.classify.bind(model);
    const dead = new Error('the machine is gone');
    const seen = new Set<string>();
    // what was begun stays begun: nobody is left to give it back, or to say why
    class Attempts extends CampaignAttemptStore {
      override giveBack(): Promise<void> {
        return Promise.resolve();
      }
    }
    class Runs extends CampaignRunStore {
      override fail(): Promise<void> {
        return Promise.resolve();
      }
    }
    const mortal = (): CampaignWork =>
      workOf({ attempts: new Attempts(scene.database), runs: new Runs(scene.database) });
    model.classify = (items) => {
      const paths = items.map(({ path }) => path);
      if (!paths.includes(deadly)) return classify(items);
      seen.add(paths.join());
      return Promise.reject(dead);
    };
    for (let deaths = 0; deaths < STEPS_MAX && (await stateOf(id)).state === 'running'; deaths += 1) {
      await mortal()
        .step()
        .catch((error: unknown) => expect(error).toBe(dead));
      await died();
    }
    expect(await stateOf(id)).toMatchObject({ state: 'done', handled: 4, failed: 1 });
    expect([...seen].at(-1)).toBe(deadly);
    expect(new Set(model.looks)).toEqual(new Set(assets.slice(1)));
    const rows = await scene.rows(`SELECT asset_id AS id, detail FROM campaign_result WHERE skipped = 'failed'`);
    expect(rows).toEqual([{ id: deadly, detail: 'crashed' }]);
  });

  it('is forgotten with a campaign that is discarded', async () => {
    const { id, assets } = await started(3);
    place.late.add(assets[0] ?? '');
    await worker.step();
    await order(id, 'discard');
    expect(await attempts()).toEqual([]);
  });
});

describe('a model version with other labels', () => {
  const MERGED = 'heavy_model/3.0.0';

  it('judges by its own, and releases nothing that was found under one that it does not know', async () => {
    const labels = ['neutral.drawing', 'sexual.explicit', 'neutral', 'sexual.explicit', 'neutral'] as const;
    model.model = { ...model.model, id: MERGED, labels };
    const { id: modelId, sha256, classes, preprocessing } = model.model;
    await new ModelVersionStore(scene.database).register({
      ...{ id: modelId, sha256, labels, manifest: { classes, preprocessing } },
    });
    await new CampaignTurnStore(scene.database).announce(MERGED);
    const suggestive = await finalled(CLEAR, { suggestive: 0.97 });
    const both = await finalled(CLEAR, { suggestive: 0.97 });
    const released = await finalled(VIOLATING, VIOLATING);
    const merged = await finalled(CLEAR, CLEAR);
    // what was drawn is explicit to this model; what was suggestive is nothing
    model.drawn.set(merged, 0.9).set(both, 0.9);
    const id = await ran({ record: 'all' });
    const { body: report } = await ask<CampaignReportAnswer>('GET', `/${id}/report?examples=50`);
    expect(report).toMatchObject({ judged: 3, flips: 2, skipped: { label_unknown: 1 } });
    expect(report.flows.map(({ from, to, label, assets }) => [from, to, label, assets])).toEqual([
      ['allow', 'block', 'sexual.explicit', 1],
      ['block', 'allow', 'sexual.explicit', 1],
      ['block', 'block', 'sexual.explicit', 1],
    ]);
    await order(id, 'apply');
    await work(id, 'applied');
    expect(await Promise.all([suggestive, both, released, merged].map(standing))).toEqual([
      { verdict: 'block', served: false, revisions: 2 },
      { verdict: 'block', served: false, revisions: 3 },
      { verdict: 'allow', served: true, revisions: 3 },
      { verdict: 'block', served: false, revisions: 3 },
    ]);
    const reasons = await scene.rows(
      `SELECT model_id AS model, reasons FROM decision WHERE asset_id = $1 AND revision = 3`,
      [merged],
    );
    expect(reasons).toEqual([{ model: MERGED, reasons: [{ code: 'violating', label: 'sexual.explicit' }] }]);
    expect(await faults()).toEqual([]);

    // judged again by its scores it says the same
    const looks = model.looks.length;
    const again = await ran({ label: 'sexual.suggestive' });
    const { body: second } = await ask<CampaignReportAnswer>('GET', `/${again}/report`);
    expect(second).toMatchObject({ judged: 0, skipped: { label_unknown: 1 } });
    expect(model.looks).toHaveLength(looks);
    await order(id, 'rollback');
    await work(id, 'rolled_back');
    expect((await standing(released)).verdict).toBe('block');
    expect(await faults()).toEqual([]);
  });
});
