import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import type { ProblemBody } from '#contracts/problems.js';
import type { ClaimAnswer, ReviewDetailAnswer, ReviewPage } from '#contracts/review-answer.js';
import { STARTING_TRANSITIONS } from '#moderation/policy.js';
import { sceneForAll, secretOf, type Answer } from './console-scene.js';

const scene = sceneForAll('asset, review, bank_entry');
const UNCERTAIN = { explicit: 0.5 };
const ALLOW = { verdict: 'allow', reason: 'a statue', expectedRevision: 2 };
const [ONE, OTHER] = ['tab-0123456789-a', 'tab-0123456789-b'];

/** Somebody in one of their tabs; undefined: a program. @param turn which of its requests it is */
async function inTab<T = ProblemBody>(
  tab: string | undefined,
  path: string,
  body: object = {},
  turn?: string,
): Promise<Answer<T>> {
  const response = await fetch(`${scene().url}/api/reviews/${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${secretOf('anna')}`,
      'content-type': 'application/json',
      ...(tab === undefined ? {} : { 'x-portcullis-tab': tab }),
      ...(turn === undefined ? {} : { 'x-portcullis-turn': turn }),
    },
    body: JSON.stringify(body),
  });
  const type = response.headers.get('content-type') ?? '';
  return { status: response.status, type, body: (await response.json()) as T };
}

const codeIn = async (tab: string | undefined, path: string, body?: object): Promise<string | number> => {
  const { status, body: answer } = await inTab(tab, path, body);
  return status === 200 ? status : answer.code;
};

describe('a claim', () => {
  it('is the tab’s that took it: another one of the same person does nothing with the case', async () => {
    const { reviewId: id } = await scene().openCase({}, UNCERTAIN);
    expect(await codeIn(ONE, `${id}/claim`)).toBe(200);
    const tried: (readonly [step: string, body?: object])[] = [
      ['claim'],
      ['renew'],
      ['release'],
      ['skip', { reason: 'x' }],
      ['escalate', { reason: 'x' }],
      ['return'],
      ['decide', ALLOW],
    ];
    for (const tab of [OTHER, undefined]) {
      for (const [step, body] of tried)
        expect([step, await codeIn(tab, `${id}/${step}`, body)]).toEqual([step, ELSEWHERE]);
    }
    const many = { verdict: 'allow', reason: 'x', reviews: [{ id, expectedRevision: 2 }] };
    const { body } = await inTab<{ items: unknown[] }>(OTHER, 'bulk/preview', many);
    expect(body.items).toMatchObject([{ outcome: 'refused', why: 'claimed_in_other_tab' }]);
    expect(await codeIn(ONE, `${id}/renew`)).toBe(200);
    expect(await codeIn(ONE, `${id}/decide`, ALLOW)).toBe(200);
  });

  it('goes to another tab where its person says so, and the first one has lost it', async () => {
    const { reviewId: id } = await scene().openCase({}, UNCERTAIN);
    await inTab(ONE, `${id}/claim`);
    expect((await inTab<ClaimAnswer>(OTHER, `${id}/take-over`)).body).toMatchObject({ id, claimedBy: 'anna' });
    // as when the page of the first one goes
    expect(await codeIn(ONE, `${id}/release`)).toBe(ELSEWHERE);
    expect(await codeIn(ONE, `${id}/decide`, ALLOW)).toBe(ELSEWHERE);
    expect(await codeIn(OTHER, `${id}/decide`, ALLOW)).toBe(200);
    const taken = await scene().ask<ReviewDetailAnswer>('anna', 'GET', `/api/reviews/${id}`);
    expect(taken.body.steps.map(({ did }) => did)).toEqual(['claim', 'decide']);
  });

  it('of somebody else is not taken over', async () => {
    const { reviewId: id } = await scene().openCase({}, UNCERTAIN);
    await scene().ask('ben', 'POST', `/api/reviews/${id}/claim`);
    expect(await codeIn(ONE, `${id}/take-over`)).toBe('held-by-other');
  });

  it('that was given back is any tab’s again', async () => {
    const { reviewId: id } = await scene().openCase({}, UNCERTAIN);
    await inTab(ONE, `${id}/claim`);
    expect(await codeIn(ONE, `${id}/release`)).toBe(200);
    expect(await codeIn(OTHER, `${id}/claim`)).toBe(200);
  });

  it('that was asked for before its tab gave the case back is refused when it comes later', async () => {
    const { reviewId: id } = await scene().openCase({}, UNCERTAIN);
    const asked = async (step: string, turn: number, tab = ONE): Promise<unknown> => {
      const { status, body } = await inTab(tab, `${id}/${step}`, {}, String(turn));
      return status === 200 ? status : body.code;
    };
    const stepsTaken = async (): Promise<unknown[]> =>
      (await scene().ask<ReviewDetailAnswer>('anna', 'GET', `/api/reviews/${id}`)).body.steps.map(({ did }) => did);
    const before = await scene().ask<ReviewDetailAnswer>('anna', 'GET', `/api/reviews/${id}`);
    expect(await asked('release', 7)).toBe(200);
    expect(await asked('claim', 6)).toBe('conflict');
    expect(await stepsTaken()).toEqual([]);
    const after = await scene().ask<ReviewDetailAnswer>('anna', 'GET', `/api/reviews/${id}`);
    expect([after.body.state, after.body.revision]).toEqual(['open', before.body.revision]);
    // the next page of the same tab, whose claim comes before the page before it has given its own back
    expect([await asked('claim', 8), await asked('claim', 10)]).toEqual([200, 200]);
    expect([await asked('release', 9), await asked('renew', 11)]).toEqual(['conflict', 200]);
    expect(await asked('claim', 5, OTHER)).toBe(ELSEWHERE);
    expect([await asked('release', 12), await asked('claim', 1, OTHER)]).toEqual([200, 200]);
    expect(await stepsTaken()).toEqual(['claim', 'release', 'claim']);
    expect((await inTab<ClaimAnswer>(OTHER, 'next', {}, '2')).status).toBe(404);
  });

  it.each(['-1', '1.5', '1234567890', 'x'])('is not taken in the turn %s', async (turn) => {
    const { reviewId: id } = await scene().openCase({}, UNCERTAIN);
    expect((await inTab(ONE, `${id}/claim`, {}, turn)).body.code).toBe('invalid-request');
  });

  it.each(['short', 'a'.repeat(65), 'tab 0123456789 a'])('is not taken in a tab called %s', async (tab) => {
    const { reviewId: id } = await scene().openCase({}, UNCERTAIN);
    expect(await codeIn(tab, `${id}/claim`)).toBe('invalid-request');
  });

  const ELSEWHERE = 'held-in-other-tab';
});

describe('late blocks', () => {
  const askFirst = {
    ...STARTING_TRANSITIONS,
    late_block: { ...STARTING_TRANSITIONS.late_block, 'sexual.explicit': { do: 'ask' as const } },
  };
  const list = async (query = ''): Promise<ReviewPage> =>
    (await scene().ask<ReviewPage>('anna', 'GET', `/api/reviews${query}`)).body;
  const order = async (): Promise<unknown[]> =>
    (await list()).items.map(({ assetId, exposureMs }) => [assetId, exposureMs]);
  const blocked = async (id: string, isServedOn = false): Promise<void> => {
    const result = await scene().heavyResult(id, { explicit: 0.99 });
    await scene().settle(isServedOn ? { ...result, rules: askFirst } : result);
  };

  /** One that was served for a minute, one for ten seconds that is served on, and what is no late block. */
  async function three(): Promise<readonly [long: string, servedOn: string, asked: string]> {
    const { assetId: asked } = await scene().openCase({}, UNCERTAIN);
    const long = await scene().upload({});
    scene().nowMs += 50_000;
    const servedOn = await scene().upload({});
    scene().nowMs += 10_000;
    await blocked(long);
    await blocked(servedOn, true);
    return [long, servedOn, asked];
  }

  it('come by what their exposure is now: what is served on gains on what was blocked', async () => {
    const [long, servedOn, asked] = await three();
    expect(await order()).toEqual([
      [long, 60_000],
      [servedOn, 10_000],
      [asked, null],
    ]);
    scene().nowMs += 55_000;
    const later = [
      [servedOn, 65_000],
      [long, 60_000],
      [asked, null],
    ];
    expect(await order()).toEqual(later);
    const taken: string[] = [];
    for (let n = 0; n < 3; n += 1) taken.push((await inTab<ClaimAnswer>(ONE, 'next')).body.assetId);
    expect(taken).toEqual([servedOn, long, asked]);
  });

  it('are read page by page in the order that they were in at the first', async () => {
    const [long, servedOn, asked] = await three();
    const seen: unknown[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: ReviewPage = await list(`?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.items.map(({ assetId, exposureMs }) => [assetId, exposureMs]));
      cursor = page.next;
      scene().nowMs += 55_000;
    }
    expect(seen).toEqual([
      [long, 60_000],
      [servedOn, 10_000],
      [asked, null],
    ]);
  });

  it('come first also where the first look of all said the same', async () => {
    const { assetId: asked } = await scene().openCase({}, UNCERTAIN);
    const id = await scene().upload({ explicit: 0.99 });
    await scene().settle(await scene().heavyResult(id, {}));
    await scene().rows(
      `INSERT INTO pending_final (asset_id, traffic_class, received_at, due_at) VALUES ($1, 'normal', now(), now())`,
      [id],
    );
    scene().nowMs += 5_000;
    await blocked(id);
    expect(await order()).toEqual([
      [id, 5_000],
      [asked, null],
    ]);
  });

  it('are exposed no longer once somebody has decided', async () => {
    const [, servedOn] = await three();
    const { id = '' } = (await list()).items.find(({ assetId }) => assetId === servedOn) ?? {};
    await inTab(ONE, `${id}/claim`);
    scene().nowMs += 5_000;
    await inTab(ONE, `${id}/decide`, { ...ALLOW, verdict: 'block', policyLabel: 'sexual.explicit' });
    scene().nowMs += 90_000;
    const { body } = await scene().ask<ReviewDetailAnswer>('anna', 'GET', `/api/reviews/${id}`);
    expect(body.exposureMs).toBe(15_000);
  });
});
