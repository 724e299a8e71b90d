import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { BankHit } from '#moderation/banks/bank.js';
import { judgeByHash } from '#moderation/judge.js';
import { STARTING_POLICY } from '#moderation/policy.js';
import type { ProvisionalVerdict } from '#moderation/words.js';
import { PolicyStore } from '#persistence/policy-store.js';
import type { Submission } from '#persistence/submission-store.js';
import { sceneForAll, type Scores } from './console-scene.js';

const scene = sceneForAll('asset, review, bank_entry');

const CLEAR: Scores = {};
const UNCERTAIN: Scores = { explicit: 0.5 };
const VIOLATING: Scores = { explicit: 0.9 };
const DECISIONS = {
  block: { verdict: 'block', policyLabel: 'sexual.explicit', reason: 'plain to see', expectedRevision: 2 },
  allow: { verdict: 'allow', reason: 'a statue', expectedRevision: 2 },
};
const PDQ = '5a'.repeat(32);
const HIT: BankHit = { bank: 'decided.block', kind: 'block', entryId: 1, match: 'exact', distance: 0 };

interface Live {
  readonly bank: string;
  readonly sha256: string;
  readonly pdq: string | null;
  readonly origin: string;
}

const bytes = (): string => randomBytes(32).toString('hex');

/** What the banks know, removed entries left out. */
const live = (): Promise<Live[]> =>
  scene().rows<Live>(
    `SELECT b.name AS bank, encode(e.sha256, 'hex') AS sha256, encode(e.pdq, 'hex') AS pdq, e.origin
     FROM bank_entry e JOIN bank b ON b.id = e.bank_id WHERE e.removed_at IS NULL ORDER BY e.id`,
  );

/** A moderator decides about an asset of these bytes. @returns the asset's id */
async function decide(verdict: ProvisionalVerdict, differing: Partial<Submission>): Promise<string> {
  const { assetId, reviewId } = await scene().openCase(CLEAR, UNCERTAIN, differing);
  await scene().ask('anna', 'POST', `/api/reviews/${reviewId}/claim`);
  const { status } = await scene().ask('anna', 'POST', `/api/reviews/${reviewId}/decide`, DECISIONS[verdict]);
  expect(status).toBe(200);
  return assetId;
}

/** The machine's final on an asset of these bytes. @returns the asset's id */
async function settle(heavy: Scores, sha256: string, feedsBank = true): Promise<string> {
  const assetId = await scene().upload(CLEAR, { sha256 });
  await scene().settle({ ...(await scene().heavyResult(assetId, heavy)), feedsBank });
  return assetId;
}

describe('a human decision', () => {
  it('to block is known at once, by bytes and by looks', async () => {
    const sha256 = bytes();
    const assetId = await decide('block', { sha256, perceptual: { pdq: PDQ, quality: 100 } });
    expect(await live()).toEqual([{ bank: 'decided.block', sha256, pdq: PDQ, origin: 'moderator' }]);
    const [entry] = await scene().rows(`SELECT asset_id AS "assetId", added_by AS by, note, quality FROM bank_entry`);
    expect(entry).toEqual({ assetId, by: 'anna', note: 'plain to see', quality: 100 });
  });

  it('is known by its bytes only where there was too little to see', async () => {
    const sha256 = bytes();
    await decide('block', { sha256, perceptual: { pdq: PDQ, quality: 49 } });
    expect(await live()).toEqual([{ bank: 'decided.block', sha256, pdq: null, origin: 'moderator' }]);
  });

  it('to allow is known by its bytes only', async () => {
    const sha256 = bytes();
    await decide('allow', { sha256, perceptual: { pdq: PDQ, quality: 100 } });
    expect(await live()).toEqual([{ bank: 'decided.allow', sha256, pdq: null, origin: 'moderator' }]);
  });

  it.each<[ProvisionalVerdict, ProvisionalVerdict]>([
    ['block', 'allow'],
    ['allow', 'block'],
  ])('to %s is replaced by a later one to %s of the same bytes', async (first, second) => {
    const sha256 = bytes();
    await decide(first, { sha256 });
    await decide(second, { sha256 });
    expect(await live()).toMatchObject([{ bank: `decided.${second}`, sha256 }]);
    const [removed] = await scene().rows(`SELECT removed_by AS by FROM bank_entry WHERE removed_at IS NOT NULL`);
    expect(removed).toEqual({ by: 'anna' });
    await decide(first, { sha256 });
    expect(await live()).toMatchObject([{ bank: `decided.${first}`, sha256 }]);
  });

  it('leaves other bytes alone that look the same', async () => {
    const [one, other] = [bytes(), bytes()];
    const perceptual = { pdq: PDQ, quality: 90 };
    await decide('block', { sha256: one, perceptual });
    await decide('block', { sha256: other, perceptual });
    await decide('allow', { sha256: one, perceptual });
    expect(await live()).toMatchObject([
      { bank: 'decided.block', sha256: other, pdq: PDQ },
      { bank: 'decided.allow', sha256: one },
    ]);
  });

  it('taken again adds what was not known and puts a disabled entry back in', async () => {
    const sha256 = bytes();
    await decide('block', { sha256 });
    await scene().rows(`UPDATE bank_entry SET disabled_until = '9999-01-01Z'`);
    await decide('block', { sha256, perceptual: { pdq: PDQ, quality: 80 } });
    expect(
      await scene().rows(`SELECT encode(pdq, 'hex') AS pdq, quality, disabled_until AS until FROM bank_entry`),
    ).toEqual([{ pdq: PDQ, quality: 80, until: null }]);
  });

  it('never stands beside its contrary, also when both come at the same moment', async () => {
    for (let round = 0; round < 6; round += 1) {
      const sha256 = bytes();
      await Promise.all([decide('block', { sha256 }), decide('allow', { sha256 })]);
      expect((await live()).filter((entry) => entry.sha256 === sha256)).toHaveLength(1);
    }
  });

  it('that is refused teaches nothing', async () => {
    const { reviewId } = await scene().openCase(CLEAR, UNCERTAIN);
    expect((await scene().ask('anna', 'POST', `/api/reviews/${reviewId}/decide`, DECISIONS.block)).status).toBe(409);
    expect(await live()).toEqual([]);
  });
});

describe('a machine’s final', () => {
  it('teaches nothing unless the policy says so', async () => {
    await settle(VIOLATING, bytes(), false);
    await settle(CLEAR, bytes(), false);
    expect(await live()).toEqual([]);
  });

  it('is known by the looks that the heavy tier found', async () => {
    const sha256 = bytes();
    const assetId = await scene().upload(CLEAR, { sha256 });
    const perceptual = { pdq: PDQ, quality: 77 };
    await scene().settle({ ...(await scene().heavyResult(assetId, VIOLATING)), feedsBank: true, perceptual });
    expect(await live()).toEqual([{ bank: 'decided.block', sha256, pdq: PDQ, origin: 'machine' }]);
    const [asset] = await scene().rows(
      `SELECT encode(pdq, 'hex') AS pdq, pdq_quality AS quality FROM asset WHERE id = $1`,
      [assetId],
    );
    expect(asset).toEqual(perceptual);
  });

  it('replaces what a machine said before, and neither adds to nor removes what a human said', async () => {
    const [machine, human] = [bytes(), bytes()];
    await settle(CLEAR, machine);
    await settle(VIOLATING, machine);
    expect(await live()).toMatchObject([{ bank: 'decided.block', sha256: machine, origin: 'machine' }]);
    await decide('allow', { sha256: human });
    await settle(VIOLATING, human);
    expect((await live()).filter(({ sha256 }) => sha256 === human)).toMatchObject([
      { bank: 'decided.allow', origin: 'moderator' },
    ]);
  });

  it('is a human’s once a moderator has said the same', async () => {
    const sha256 = bytes();
    await settle(VIOLATING, sha256);
    await decide('block', { sha256 });
    await settle(CLEAR, sha256);
    expect(await live()).toMatchObject([{ bank: 'decided.block', sha256, origin: 'moderator' }]);
  });

  it('teaches nothing when it asks a human, or when a human has decided before', async () => {
    await settle(UNCERTAIN, bytes());
    expect(await live()).toEqual([]);
    const assetId = await decide('allow', { sha256: bytes() });
    await scene().rows(`UPDATE bank_entry SET removed_at = now(), removed_by = 'chief'`);
    await scene().rows(
      `INSERT INTO pending_final (asset_id, traffic_class, received_at, due_at) VALUES ($1, 'normal', now(), now())`,
      [assetId],
    );
    await scene().settle({ ...(await scene().heavyResult(assetId, VIOLATING)), feedsBank: true });
    expect(await live()).toEqual([]);
  });

  it('of many assets with the same bytes is one entry', async () => {
    const sha256 = bytes();
    const ids = [await scene().upload(CLEAR, { sha256 }), await scene().upload(CLEAR, { sha256 })];
    const token = '01890a5d-ac96-774b-bcce-b302099a8057';
    await scene().pending.lease(ids, token, 60_000);
    const results = await Promise.all(ids.map((id) => scene().heavyResult(id, VIOLATING)));
    await scene().finals.settle(
      token,
      results.map((result) => ({ ...result, feedsBank: true })),
      scene().nowMs,
    );
    expect(await live()).toMatchObject([{ bank: 'decided.block', sha256 }]);
  });
});

describe('a decision by hash', () => {
  it('is kept with the entry it rests on, at either stage', async () => {
    const assetId = await scene().upload(CLEAR, { judgement: judgeByHash(HIT), classification: null, match: HIT });
    const result = { ...(await scene().heavyResult(assetId, CLEAR)), classification: null };
    await scene().settle({ ...result, judgement: judgeByHash(HIT), match: { ...HIT, distance: 3 } });
    expect(
      await scene().rows(`SELECT stage, source, verdict, bank_match AS match FROM decision ORDER BY revision`),
    ).toEqual([
      { stage: 'provisional', source: 'hash', verdict: 'block', match: HIT },
      { stage: 'final', source: 'hash', verdict: 'block', match: { ...HIT, distance: 3 } },
    ]);
  });

  it('is read by the heavy tier with what the asset looks like', async () => {
    const sha256 = bytes();
    const perceptual = { pdq: PDQ, quality: 12 };
    const ids = [await scene().upload(CLEAR, { sha256, perceptual }), await scene().upload(CLEAR, { sha256 })];
    const leased = await scene().pending.lease(ids, '01890a5d-ac96-774b-bcce-b302099a8057', 1_000);
    expect(new Map(leased.map(({ assetId, ...asset }) => [assetId, asset]))).toMatchObject(
      new Map([
        [ids[0], { sha256, perceptual }],
        [ids[1], { sha256, perceptual: null }],
      ]),
    );
  });
});

describe('a policy', () => {
  it('that was stored before there were banks keeps the machine out of them', async () => {
    const policies = new PolicyStore(scene().database);
    // as it was stored then: no statement can change it now
    await scene().rows(`ALTER TABLE policy_version DISABLE TRIGGER policy_version_immutable`);
    await scene().rows(`UPDATE policy_version SET document = document - 'banks'`);
    await scene().rows(`ALTER TABLE policy_version ENABLE TRIGGER policy_version_immutable`);
    expect((await policies.live()).document).toEqual(STARTING_POLICY);
    expect((await policies.list(1))[0]?.document.banks).toEqual({ machineBlocks: false, machineAllows: false });
  });

  it.each<[unknown, object | undefined]>([
    [undefined, { machineBlocks: false, machineAllows: false }],
    [{ machineBlocks: true }, { machineBlocks: true, machineAllows: false }],
    [null, undefined],
    [{ machineBlocks: 'yes' }, undefined],
    [{ humanBlocks: true }, undefined],
  ])('may say %j of the banks', async (banks, expected) => {
    const document = { ...STARTING_POLICY, banks };
    const { status, body } = await scene().ask<{ document?: { banks?: object } }>('chief', 'POST', '/api/policies', {
      document,
      note: 'banks',
      baseVersion: (await new PolicyStore(scene().database).live()).version,
    });
    expect([status, body.document?.banks]).toEqual([expected === undefined ? 400 : 201, expected]);
  });
});
