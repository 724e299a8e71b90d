import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import type { ProblemBody } from '#contracts/problems.js';
import type { ReviewDetailAnswer, ReviewPage } from '#contracts/review-answer.js';
import { STARTING_POLICY } from '#moderation/policy.js';
import { CLAIM_MS, FAST, HEAVY, NOON, sceneForAll } from './console-scene.js';

const scene = sceneForAll('asset, review');

const list = async (query = ''): Promise<ReviewPage> =>
  (await scene().ask<ReviewPage>('anna', 'GET', `/api/reviews${query}`)).body;

/** Cases of both kinds, with equal margins among them, opened at different times. @returns case ids in the order due */
async function sixCases(): Promise<string[]> {
  const uncertain = { explicit: 0.5 };
  const agreedWide = (await scene().openCase(uncertain, { explicit: 0.5 })).reviewId;
  const agreedNear = (await scene().openCase(uncertain, { explicit: 0.36 })).reviewId;
  const agreedNearToo = (await scene().openCase(uncertain, { explicit: 0.36 })).reviewId;
  scene().nowMs += 1_000;
  const agreedNearLater = (await scene().openCase(uncertain, { explicit: 0.36 })).reviewId;
  const differWide = (await scene().openCase({}, { explicit: 0.5 })).reviewId;
  const differNear = (await scene().openCase({}, { explicit: 0.68 })).reviewId;
  return [differNear, differWide, ...[agreedNear, agreedNearToo].sort(), agreedNearLater, agreedWide];
}

describe('the list of cases', () => {
  it('puts disagreements first, then small margins, then age', async () => {
    const due = await sixCases();
    const { items, next } = await list();
    expect(items.map((item) => item.id)).toEqual(due);
    expect(next).toBeNull();
    expect(items.map((item) => item.disagreement)).toEqual([true, true, false, false, false, false]);
  });

  it('tells what a moderator chooses by', async () => {
    const { assetId, reviewId } = await scene().openCase({}, { explicit: 0.5 });
    expect((await list()).items).toEqual([
      {
        id: reviewId,
        assetId,
        state: 'open',
        clientId: expect.any(String),
        clientName: 'shop',
        class: 'normal',
        labels: ['sexual.explicit'],
        change: 'needs_review',
        exposureMs: null,
        disagreement: true,
        margin: expect.closeTo(0.15, 6),
        transition: 'needs_review',
        served: true,
        openedAt: '2026-06-01T12:00:00.000Z',
        sla: { color: 'green', dueAt: '2026-06-01T13:00:00.000Z', leftMs: 3_600_000, text: 'due in 60 min' },
        claimedBy: null,
        claimExpiresAt: null,
        assignedTo: null,
        heldUntil: null,
        heldBy: null,
        escalatedBy: null,
        skipped: false,
        revision: 1,
        assetRevision: 2,
      },
    ]);
  });

  it('is read page by page, with nothing twice and nothing left out', async () => {
    const due = await sixCases();
    for (const limit of [1, 2, 3, 6]) {
      const seen: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const page: ReviewPage = await list(`?limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`);
        expect(page.items.length).toBeLessThanOrEqual(limit);
        seen.push(...page.items.map((item) => item.id));
        cursor = page.next;
      }
      expect(seen).toEqual(due);
    }
  });

  it('is narrowed to open or claimed cases; a claim that has run out is none', async () => {
    const { reviewId: held } = await scene().openCase({}, { explicit: 0.5 });
    const { reviewId: lapsed } = await scene().openCase({}, { explicit: 0.5 });
    const { reviewId: free } = await scene().openCase({}, { explicit: 0.5 });
    const { reviewId: done } = await scene().openCase({}, { explicit: 0.5 });
    for (const id of [lapsed, done]) await scene().ask('anna', 'POST', `/api/reviews/${id}/claim`);
    const decision = { verdict: 'allow', reason: 'a statue', expectedRevision: 2 };
    await scene().ask('anna', 'POST', `/api/reviews/${done}/decide`, decision);
    scene().nowMs += CLAIM_MS;
    await scene().ask('ben', 'POST', `/api/reviews/${held}/claim`);

    const ids = async (query: string): Promise<string[]> => (await list(query)).items.map((item) => item.id).sort();
    expect(await ids('?state=claimed')).toEqual([held]);
    expect(await ids('?state=open')).toEqual([lapsed, free].sort());
    expect(await ids('')).toEqual([held, lapsed, free].sort());
    const shown = (await list()).items.find((item) => item.id === lapsed);
    expect(shown).toMatchObject({ state: 'open', claimedBy: null, claimExpiresAt: null });
  });

  const cursorOf = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const id = '01890a5d-ac96-774b-bcce-b302099a8057';
  it.each<[string, string]>([
    ['no base64', '%00%01'],
    ['plain words', 'page-2'],
    ['an id alone', id],
    ['no JSON', Buffer.from('[true,').toString('base64url')],
    ['an object', cursorOf({ disagreement: true, margin: 0.1, openedAtMs: 1, id })],
    ['too few parts', cursorOf([true, 0, 0.1, 1, id])],
    ['too many parts', cursorOf([true, 0, 0.1, 1, id, 1, 1])],
    ['a flag that is a text', cursorOf(['true', 0, 0.1, 1, id, 1])],
    ['a margin that is a text', cursorOf([true, 0, '0.1', 1, id, 1])],
    ['a margin beyond any', cursorOf([true, 0, 1e300, 1, id, 1])],
    ['a margin below any', cursorOf([true, 0, -0.1, 1, id, 1])],
    ['a time that is a text', cursorOf([true, 0, 0.1, '2026-01-01', id, 1])],
    ['a time that no database knows', cursorOf([true, 0, 0.1, 8.64e15, id, 1])],
    ['a beginning that no database knows', cursorOf([true, 0, 0.1, 1, id, 8.64e15])],
    ['half a millisecond', cursorOf([true, 0, 0.1, 1.5, id, 1])],
    ['an exposure that is a text', cursorOf([true, '0', 0.1, 1, id, 1])],
    ['an exposure below any', cursorOf([true, -1e300, 0.1, 1, id, 1])],
    ['an id that is none', cursorOf([true, 0, 0.1, 1, `${id}'; DROP TABLE review`, 1])],
    ['an endless text', 'a'.repeat(5_000)],
    ['two cursors', `${cursorOf([true, 0, 0.1, 1, id, 1])}&cursor=x`],
    ['nothing', ''],
  ])('refuses a cursor that is %s', async (_what, cursor) => {
    const { status, body } = await scene().ask<ProblemBody>('anna', 'GET', `/api/reviews?cursor=${cursor}`);
    expect(status).toBe(400);
    expect(body.code).toBe('invalid-request');
    expect(body.errors?.map((fault) => fault.pointer)).toContain('/cursor');
  });

  it('takes a cursor whose margin is nearer to 0 than the database counts', async () => {
    const cursor = cursorOf([true, 0, 1e-60, NOON, id, NOON]);
    expect((await scene().ask('anna', 'GET', `/api/reviews?cursor=${cursor}`)).status).toBe(200);
  });

  it.each(['limit=0', 'limit=101', 'limit=x', 'limit=1.5', 'limit=1&limit=2', 'state=decided', 'state=', 'order=age'])(
    'refuses ?%s',
    async (query) => {
      const { status, body } = await scene().ask<ProblemBody>('anna', 'GET', `/api/reviews?${query}`);
      expect(status).toBe(400);
      expect(body.errors?.[0]?.pointer).toBe(`/${query.split('=')[0] ?? ''}`);
    },
  );
});

describe('one case', () => {
  it('comes with its asset, every decision, and both tiers’ scores', async () => {
    const { assetId, reviewId } = await scene().openCase({ explicit: 0.1, suggestive: 0.2 }, { explicit: 0.5 });
    const { status, body } = await scene().ask<ReviewDetailAnswer>('anna', 'GET', `/api/reviews/${reviewId}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: reviewId,
      assetId,
      state: 'open',
      decidedBy: null,
      decidedAt: null,
      served: true,
    });
    expect(body.asset).toEqual({
      id: assetId,
      externalId: 'article-7',
      uploaderId: 'user-9',
      class: 'normal',
      mediaType: 'image/png',
      bytes: 1_234,
      width: 640,
      height: 480,
      frames: 1,
      degraded: [],
      receivedAt: '2026-06-01T11:59:59.960Z',
      served: true,
    });
    expect(body.decisions).toMatchObject([
      { revision: 1, stage: 'provisional', verdict: 'allow', source: 'fast', modelId: FAST, transition: null },
      { revision: 2, stage: 'final', verdict: 'review', source: 'heavy', supersedes: 1, transition: 'needs_review' },
    ]);
    expect(body.scores).toMatchObject([
      { tier: 'fast', revision: 1, modelId: FAST, policyVersion: 1 },
      { tier: 'heavy', revision: 2, modelId: HEAVY, policyVersion: 1 },
    ]);
    const thresholds = STARTING_POLICY.thresholds['sexual.explicit'];
    const explicit = body.scores.map((tier) => tier.labels.find(({ label }) => label === 'sexual.explicit'));
    expect(explicit).toEqual([
      { label: 'sexual.explicit', score: expect.closeTo(0.1, 6), thresholds: thresholds.fast, view: null },
      { label: 'sexual.explicit', score: expect.closeTo(0.5, 6), thresholds: thresholds.heavy, view: null },
    ]);
    const neutral = body.scores[0]?.labels.find(({ label }) => label === 'neutral');
    expect(neutral).toEqual({ label: 'neutral', score: expect.closeTo(0.7, 6), thresholds: null, view: null });
    expect(body.scores.map(({ views }) => views)).toEqual([[], []]);
  });

  it('shows what each view was scored, and which one the worst score of a label is of', async () => {
    const assetId = await scene().upload({ explicit: 0.1 });
    const result = await scene().heavyResult(assetId, { explicit: 0.5 });
    const tile = { left: 320, top: 0, width: 356, height: 267 };
    const viewNames = [
      { look: 'reference' as const, frame: 0, background: 'white' as const },
      { look: 'tiles' as const, frame: 0, tile },
    ];
    const viewScores = [
      [0, 0, 0.75, 0.25, 0],
      [0, 0, 0.5, 0.5, 0],
    ];
    const { classification } = result;
    if (classification === null) throw new Error('not scored');
    await scene().settle({ ...result, classification: { ...classification, views: 2, viewScores, viewNames } });
    const [item] = (await list()).items;
    const { body } = await scene().ask<ReviewDetailAnswer>('anna', 'GET', `/api/reviews/${item?.id ?? ''}`);
    const heavy = body.scores.find(({ tier }) => tier === 'heavy');
    const worst = (name: string) => heavy?.labels.find(({ label }) => label === name)?.view;
    expect([worst('sexual.explicit'), worst('neutral'), worst('sexual.suggestive')]).toEqual([
      viewNames[1],
      viewNames[1],
      viewNames[0],
    ]);
    expect(heavy?.views.map(({ view }) => view)).toEqual(viewNames);
    const explicit = heavy?.views.map(({ labels }) => labels.find(({ label }) => label === 'sexual.explicit')?.score);
    expect(explicit).toEqual([0.25, 0.5]);
  });

  it('shows each score beside the policy version that applied then, not the one that is live', async () => {
    const assetId = await scene().upload({ explicit: 0.1 });
    const strict = structuredClone(STARTING_POLICY);
    const document = {
      ...strict,
      thresholds: {
        ...strict.thresholds,
        'sexual.explicit': { ...strict.thresholds['sexual.explicit'], heavy: { clearBelow: 0.2, blockFrom: 0.6 } },
      },
    };
    const { version } = await scene().policies.draft({ document, note: 'stricter', author: 'chief' });
    await scene().policies.publish(version, 'chief');
    await scene().settle(await scene().heavyResult(assetId, { explicit: 0.5 }));
    const [item] = (await list()).items;
    const { body } = await scene().ask<ReviewDetailAnswer>('chief', 'GET', `/api/reviews/${item?.id ?? ''}`);
    const applied = body.scores.map(({ policyVersion, labels }) => [
      policyVersion,
      labels.find(({ label }) => label === 'sexual.explicit')?.thresholds,
    ]);
    expect(applied).toEqual([
      [version - 1, STARTING_POLICY.thresholds['sexual.explicit'].fast],
      [version, { clearBelow: 0.2, blockFrom: 0.6 }],
    ]);
  });

  it.each(['01890a5d-ac96-774b-bcce-b302099a8057', 'x', '%27--', '..%2f..'])('%s is not found', async (id) => {
    const read = await scene().ask<ProblemBody>('anna', 'GET', `/api/reviews/${id}`);
    const claimed = await scene().ask<ProblemBody>('anna', 'POST', `/api/reviews/${id}/claim`);
    const decision = { verdict: 'allow', reason: 'x', expectedRevision: 2 };
    const decided = await scene().ask<ProblemBody>('anna', 'POST', `/api/reviews/${id}/decide`, decision);
    for (const { status, type, body } of [read, claimed, decided]) {
      expect({ status, code: body.code }).toEqual({ status: 404, code: 'not-found' });
      expect(type).toContain('application/problem+json');
    }
  });
});
