import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { HashGate, type BankHit } from '#moderation/banks/bank.js';
import { historyFaults } from '#moderation/check-history.js';
import { judgeByHash } from '#moderation/judge.js';
import { AccessStore } from '#persistence/access-store.js';
import { AssetStore } from '#persistence/asset-store.js';
import { BankChangeStore } from '#persistence/bank-change-store.js';
import { GateFeed } from '#persistence/gate-feed.js';
import { HistoryStore } from '#persistence/history-store.js';
import type { ReviewDetailAnswer } from '#contracts/review-answer.js';
import { presentAsset, presentRevision, withoutScores } from '../../apps/upload/assets/present-asset.js';
import { eventually } from '../support/eventually.js';
import { ConsoleScene } from './console-scene.js';

const UNCERTAIN = { explicit: 0.5 };
const SHA256 = randomBytes(32).toString('hex');
const PDQ = randomBytes(32).toString('hex');

let scene: ConsoleScene;
let gate: HashGate;
let feed: GateFeed;
let strangerId: string;
let hit: BankHit;
/** The first client's picture, which a moderator blocks, and the other client's copy of it. */
let first: { assetId: string; reviewId: string };
let copy: string;

beforeAll(async () => {
  scene = await ConsoleScene.open();
  gate = new HashGate();
  feed = new GateFeed(new BankChangeStore(scene.database), gate, { onError: () => undefined, refreshMs: 50 });
  feed.start();
  await eventually('the gate is loaded', () => feed.isLoaded);
  strangerId = await new AccessStore(scene.database).ensureClient('stranger');

  const looks = { pdq: PDQ, quality: 90 };
  first = await scene.openCase({}, UNCERTAIN, { sha256: SHA256, perceptual: looks });
  await scene.ask('anna', 'POST', `/api/reviews/${first.reviewId}/claim`);
  const block = { verdict: 'block', policyLabel: 'sexual.explicit', reason: 'plain to see', expectedRevision: 2 };
  await scene.ask('anna', 'POST', `/api/reviews/${first.reviewId}/decide`, block);
  hit = await eventually('the gate knows', () => gate.exact(SHA256, scene.nowMs));

  const judgement = judgeByHash(hit);
  const more = { clientId: strangerId, sha256: SHA256, judgement, match: hit, classification: null };
  copy = await scene.upload({}, more);
  await scene.settle({ ...(await scene.heavyResult(copy, {})), judgement, match: hit, classification: null });
});
afterAll(async () => {
  await feed.stop();
  await scene.close();
});

describe('what a moderator blocks', () => {
  it('is blocked for another client, by its bytes and by its looks', async () => {
    expect(hit).toMatchObject({ bank: 'decided.block', kind: 'block', match: 'exact', distance: 0 });
    const near = { pdq: `${PDQ.slice(0, -1)}${PDQ.endsWith('0') ? '1' : '0'}`, quality: 60 };
    expect(gate.perceptual(near, scene.nowMs)).toMatchObject({ bank: 'decided.block', match: 'perceptual' });
    const [row] = await scene.rows(`SELECT served, verdict, stage, transition FROM asset WHERE id = $1`, [copy]);
    expect(row).toEqual({ served: false, verdict: 'block', stage: 'final', transition: 'confirmed_block' });
  });

  it('is not learned a second time from the bank itself', async () => {
    expect(await scene.rows(`SELECT asset_id AS id FROM bank_entry`)).toEqual([{ id: first.assetId }]);
  });

  it('names its bank to keys that see scores, and to no other', async () => {
    const assets = new AssetStore(scene.database);
    const view = await assets.find(strangerId, copy);
    const revisions = await assets.revisions(strangerId, copy);
    if (view === undefined || revisions === undefined) throw new Error('the asset is not there');
    const whole = presentAsset(view, true);
    expect(whole.decision.match).toEqual(hit);
    expect(revisions.map((revision) => presentRevision(revision, true).match)).toEqual([hit, hit]);

    const closed = [
      presentAsset(view, false),
      withoutScores(whole),
      ...revisions.map((one) => presentRevision(one, false)),
    ];
    for (const answer of closed) {
      expect(JSON.stringify(answer)).not.toMatch(/decided\.|match|entryId|distance|labels/);
      expect(JSON.stringify(answer)).toContain('known_hash');
    }
    expect(whole.decision.match).toEqual(hit);
  });

  it('is shown to moderators with the entry it rests on', async () => {
    await scene.rows(
      `INSERT INTO review (id, asset_id, client_id, state, disagreement, margin, opened_at)
       VALUES ($1, $1, $2, 'open', false, 0, now())`,
      [copy, strangerId],
    );
    const { body } = await scene.ask<ReviewDetailAnswer>('ben', 'GET', `/api/reviews/${copy}`);
    expect(body.decisions.map(({ match }) => match)).toEqual([hit, hit]);
    await scene.rows(`DELETE FROM review WHERE id = $1`, [copy]);
  });

  it('leaves the books in order', async () => {
    const histories = await new HistoryStore(scene.database).page(undefined, 10);
    expect(histories.map(({ assetId }) => assetId).sort()).toEqual([first.assetId, copy].sort());
    expect(histories.map(historyFaults)).toEqual([[], []]);
  });
});
