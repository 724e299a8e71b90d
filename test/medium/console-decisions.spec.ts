import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import type { ProblemBody } from '#contracts/problems.js';
import type { ClaimAnswer, DecidedAnswer, ReviewDetailAnswer } from '#contracts/review-answer.js';
import { served, standing, type RevisionFacts } from '#moderation/standing.js';
import type { AssetEntity } from '#persistence/entities/asset.entity.js';
import { CLAIM_MS, NOON, sceneForAll, type Answer, type Scores } from './console-scene.js';

const scene = sceneForAll('asset, review');

const CLEAR: Scores = {};
const UNCERTAIN: Scores = { explicit: 0.5 };
const VIOLATING: Scores = { explicit: 0.9 };
const BLOCK = { verdict: 'block', policyLabel: 'sexual.explicit', reason: 'plain to see' };
const ALLOW = { verdict: 'allow', reason: 'a statue' };

const claim = (holder: string, id: string): Promise<Answer<ClaimAnswer>> =>
  scene().ask(holder, 'POST', `/api/reviews/${id}/claim`);
/** Decides on what is there now. */
const decide = async <T = DecidedAnswer>(holder: string, id: string, body: object): Promise<Answer<T>> =>
  scene().ask<T>(holder, 'POST', `/api/reviews/${id}/decide`, { ...(await scene().looked(id)), ...body });

async function conflict(answer: Promise<Answer<unknown>>): Promise<string> {
  const { status, body } = (await answer) as Answer<ProblemBody>;
  const code = body.detail.includes('holds this case') ? 'held-by-other' : 'conflict';
  expect({ status, code: body.code }).toEqual({ status: 409, code });
  return body.detail;
}

const assetRow = async (id: string): Promise<Pick<AssetEntity, 'served' | 'verdict' | 'stage' | 'transition'>> => {
  const rows = await scene().rows<AssetEntity>(
    `SELECT served, verdict, stage, transition, revisions, standing_revision AS "standingRevision" FROM asset WHERE id = $1`,
    [id],
  );
  if (rows[0] === undefined) throw new Error('no such asset');
  return rows[0];
};

const revisionsOf = (assetId: string): Promise<RevisionFacts[]> =>
  scene().rows<RevisionFacts>(
    `SELECT revision, stage, source, verdict FROM decision WHERE asset_id = $1 ORDER BY revision`,
    [assetId],
  );

/** The asset is to be labelled again, as a newer heavy model would. */
const enqueueAgain = (assetId: string): Promise<unknown> =>
  scene().rows(
    `INSERT INTO pending_final (asset_id, traffic_class, received_at, due_at) VALUES ($1, 'normal', now(), now())`,
    [assetId],
  );

describe('a claim', () => {
  it('is one moderator’s; the other is told whose, and until when', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { assetId, reviewId } = await scene().openCase(CLEAR, UNCERTAIN);
      const answers = await Promise.all([claim('anna', reviewId), claim('ben', reviewId)]);
      const won = answers.find((answer) => answer.status === 200)?.body;
      const lost = answers.find((answer) => answer.status !== 200);
      if (won === undefined || lost === undefined) throw new Error('not one winner');
      expect(won).toEqual({
        id: reviewId,
        assetId,
        state: 'claimed',
        claimedBy: expect.stringMatching(/^(anna|ben)$/),
        claimExpiresAt: new Date(NOON + CLAIM_MS).toISOString(),
        revision: 2,
      });
      const detail = await conflict(Promise.resolve(lost));
      expect(detail).toBe(`${won.claimedBy} holds this case until ${won.claimExpiresAt}.`);
    }
  });

  it('is renewed by its holder and is anybody’s when it has run out', async () => {
    const { reviewId } = await scene().openCase(CLEAR, UNCERTAIN);
    await claim('anna', reviewId);
    scene().nowMs += CLAIM_MS - 1;
    expect((await claim('anna', reviewId)).body.claimExpiresAt).toBe(new Date(scene().nowMs + CLAIM_MS).toISOString());
    scene().nowMs += CLAIM_MS - 1;
    await conflict(claim('ben', reviewId));
    scene().nowMs += 1;
    expect((await claim('ben', reviewId)).body).toMatchObject({ claimedBy: 'ben', revision: 4 });
    expect(await conflict(decide('anna', reviewId, ALLOW))).toContain('ben holds this case');
  });

  it('comes first: nobody decides without one', async () => {
    const { assetId, reviewId } = await scene().openCase(CLEAR, UNCERTAIN);
    expect(await conflict(decide('anna', reviewId, ALLOW))).toContain('claim it');
    await claim('ben', reviewId);
    expect(await conflict(decide('anna', reviewId, ALLOW))).toContain('ben holds this case');
    expect(await conflict(decide('chief', reviewId, ALLOW))).toContain('ben holds this case');
    scene().nowMs += CLAIM_MS;
    expect(await conflict(decide('ben', reviewId, ALLOW))).toContain('claim it');
    expect(await revisionsOf(assetId)).toHaveLength(2);
  });
});

describe('a human decision', () => {
  it('supersedes, says who and why, and closes the case', async () => {
    const { assetId, reviewId } = await scene().openCase(CLEAR, UNCERTAIN);
    await claim('anna', reviewId);
    scene().nowMs += 5_000;
    const decided = await decide('anna', reviewId, BLOCK);
    expect(decided).toMatchObject({ status: 200, body: { revision: 3, transition: 'late_block', served: false } });
    expect(await assetRow(assetId)).toEqual({
      served: false,
      verdict: 'block',
      stage: 'final',
      transition: 'late_block',
      revisions: 3,
      standingRevision: 3,
    });

    const { body } = await scene().ask<ReviewDetailAnswer>('ben', 'GET', `/api/reviews/${reviewId}`);
    expect(body).toMatchObject({
      state: 'decided',
      decidedBy: 'anna',
      decidedAt: new Date(scene().nowMs).toISOString(),
    });
    expect(body.decisions[2]).toEqual({
      id: `${assetId}.3`,
      cause: null,
      undoable: true,
      revision: 3,
      stage: 'final',
      verdict: 'block',
      band: null,
      source: 'moderator',
      reasons: [{ code: 'decided_by_moderator', label: 'sexual.explicit' }],
      policyVersion: 1,
      match: null,
      modelId: null,
      supersedes: 2,
      actor: 'anna',
      policyLabel: 'sexual.explicit',
      note: 'plain to see',
      transition: 'late_block',
      exposureMs: 5_000,
      wrongfulHoldMs: null,
      decidedAt: new Date(scene().nowMs).toISOString(),
    });
    const { body: open } = await scene().ask<{ items: unknown[] }>('ben', 'GET', '/api/reviews');
    expect(open.items).toEqual([]);
  });

  it('is taken once', async () => {
    const { assetId, reviewId } = await scene().openCase(CLEAR, UNCERTAIN);
    await claim('anna', reviewId);
    const twice = await Promise.all([decide('anna', reviewId, BLOCK), decide('anna', reviewId, BLOCK)]);
    expect(twice.map((answer) => answer.status).sort()).toEqual([200, 409]);
    expect(await conflict(decide('anna', reviewId, ALLOW))).toBe('anna has decided this case already.');
    expect(await conflict(claim('ben', reviewId))).toBe('anna has decided this case already.');
    expect(await revisionsOf(assetId)).toHaveLength(3);
  });

  it.each<[string, Scores, object, object]>([
    ['confirms what was served', CLEAR, ALLOW, { transition: 'confirmed_allow', exposureMs: null, holdMs: null }],
    ['blocks what was served', CLEAR, BLOCK, { transition: 'late_block', exposureMs: 90_000, holdMs: null }],
    ['confirms what was withheld', VIOLATING, BLOCK, { transition: 'confirmed_block', exposureMs: null, holdMs: null }],
    ['releases what was withheld', VIOLATING, ALLOW, { transition: 'late_release', exposureMs: null, holdMs: 90_000 }],
  ])('%s, and what the delay cost is written down', async (_what, fast, decision, expected) => {
    const assetId = await scene().upload(fast);
    scene().nowMs += 60_000;
    await scene().settle(await scene().heavyResult(assetId, UNCERTAIN));
    const [review] = await scene().rows<{ id: string }>(`SELECT id FROM review WHERE asset_id = $1`, [assetId]);
    const reviewId = review?.id ?? '';
    await claim('anna', reviewId);
    scene().nowMs += 30_000;
    expect((await decide('anna', reviewId, decision)).status).toBe(200);
    const [row] = await scene().rows(
      `SELECT transition, exposure_ms::float8 AS "exposureMs", wrongful_hold_ms::float8 AS "holdMs"
       FROM reconciliation WHERE asset_id = $1 AND revision = 3`,
      [assetId],
    );
    expect(row).toEqual(expected);
  });

  it.each<[string, Scores]>([
    ['clear', CLEAR],
    ['uncertain', UNCERTAIN],
  ])('locks: a later %s machine final adds a revision and changes nothing', async (_band, later) => {
    const { assetId, reviewId } = await scene().openCase(CLEAR, UNCERTAIN);
    await claim('anna', reviewId);
    await decide('anna', reviewId, BLOCK);
    const before = await assetRow(assetId);
    await enqueueAgain(assetId);
    scene().nowMs += 1_000;
    const settled = await scene().settle(await scene().heavyResult(assetId, later));
    expect(settled).toMatchObject({ assetId, transition: null, exposureMs: null, wrongfulHoldMs: null });
    expect(await assetRow(assetId)).toEqual({ ...before, revisions: 4 });
    expect(
      await scene().rows(`SELECT supersedes FROM decision WHERE asset_id = $1 AND revision = 4`, [assetId]),
    ).toEqual([{ supersedes: null }]);
    expect(await scene().rows(`SELECT 1 FROM reconciliation WHERE asset_id = $1 AND revision = 4`, [assetId])).toEqual(
      [],
    );
    expect(await scene().rows(`SELECT 1 FROM review WHERE state <> 'decided'`)).toEqual([]);
  });

  it('stands if it comes first, or has nothing left to decide, at the same moment as a machine final', async () => {
    const rounds = Array.from({ length: 8 }, (_, round) => (round % 2 === 0 ? CLEAR : UNCERTAIN));
    for (const later of rounds) {
      const { assetId, reviewId } = await scene().openCase(CLEAR, UNCERTAIN);
      await claim('anna', reviewId);
      await enqueueAgain(assetId);
      const result = await scene().heavyResult(assetId, later);
      const looked = await scene().looked(reviewId);
      const deciding = scene().ask('anna', 'POST', `/api/reviews/${reviewId}/decide`, { ...BLOCK, ...looked });
      const [first, settled] = await Promise.all([deciding, scene().settle(result)]);
      // a final that was first is looked at before it is decided over
      const decided = first.body['code'] === 'revision-changed' ? await decide('anna', reviewId, BLOCK) : first;
      // a final that needs no human and was first has withdrawn the case
      const withdrawn = decided.status === 409 && later === CLEAR;
      if (!withdrawn) expect(decided.status).toBe(200);
      expect(settled?.assetId).toBe(assetId);
      const revisions = await revisionsOf(assetId);
      expect(revisions.map(({ revision }) => revision)).toEqual(withdrawn ? [1, 2, 3] : [1, 2, 3, 4]);
      expect(await assetRow(assetId)).toMatchObject({
        served: served(revisions),
        verdict: withdrawn ? 'allow' : 'block',
        standingRevision: standing(revisions)?.revision,
      });
      expect(served(revisions)).toBe(withdrawn);
      expect(await scene().rows(`SELECT state FROM review WHERE asset_id = $1`, [assetId])).toEqual([
        { state: withdrawn ? 'withdrawn' : 'decided' },
      ]);
    }
  });

  it('is never edited', async () => {
    const { assetId, reviewId } = await scene().openCase(CLEAR, UNCERTAIN);
    await claim('anna', reviewId);
    await decide('anna', reviewId, BLOCK);
    const edit = scene().rows(`UPDATE decision SET verdict = 'allow' WHERE asset_id = $1`, [assetId]);
    await expect(edit).rejects.toThrow('a decision is never edited');
    expect((await revisionsOf(assetId)).map(({ verdict }) => verdict)).toEqual(['allow', 'review', 'block']);
  });

  it.each<[string, object, string]>([
    ['no verdict', { reason: 'x' }, '/verdict'],
    ['a verdict that settles nothing', { verdict: 'review', reason: 'x' }, '/verdict'],
    ['a block without a label', { verdict: 'block', reason: 'x' }, '/policyLabel'],
    ['a block for a label that is no finding', { ...BLOCK, policyLabel: 'neutral' }, '/policyLabel'],
    ['an allow with a label', { ...ALLOW, policyLabel: 'sexual.explicit' }, '/policyLabel'],
    ['no reason', { verdict: 'allow' }, '/reason'],
    ['an empty reason', { verdict: 'allow', reason: '' }, '/reason'],
    ['a blank reason', { verdict: 'allow', reason: '   ' }, '/reason'],
    ['a reason without end', { verdict: 'allow', reason: 'x'.repeat(1_001) }, '/reason'],
    ['a reason that no database stores', { verdict: 'allow', reason: 'a\u0000b' }, '/reason'],
    ['somebody else’s name', { ...ALLOW, moderator: 'ben' }, '/moderator'],
    ['nothing about what was looked at', { ...ALLOW, expectedRevision: undefined }, '/expectedRevision'],
  ])('with %s is refused', async (_what, body, pointer) => {
    const { assetId, reviewId } = await scene().openCase(CLEAR, UNCERTAIN);
    await claim('anna', reviewId);
    const answer = await decide<ProblemBody>('anna', reviewId, body);
    expect(answer.status).toBe(400);
    expect(new Set(answer.body.errors?.map((fault) => fault.pointer))).toEqual(new Set([pointer]));
    expect(await revisionsOf(assetId)).toHaveLength(2);
  });

  it.each([ALLOW, { ...ALLOW, policyLabel: null }])('to allow needs no label: %j', async (decision) => {
    const { reviewId } = await scene().openCase(CLEAR, UNCERTAIN);
    await claim('anna', reviewId);
    expect((await decide('anna', reviewId, decision)).body).toMatchObject({
      transition: 'confirmed_allow',
      served: true,
    });
  });
});
