import 'reflect-metadata';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ProblemBody } from '#contracts/problems.js';
import type {
  CaseStepDone,
  ClaimAnswer,
  DecidedAnswer,
  LiveQueue,
  OwnDecisionPage,
  ReviewDetailAnswer,
  ReviewPage,
  UndoneAnswer,
} from '#contracts/review-answer.js';
import type { BulkDecidedAnswer, BulkPreviewAnswer, BulkUndoneAnswer } from '#contracts/review-bulk.js';
import { historyFaults } from '#moderation/check-history.js';
import { AccessStore } from '#persistence/access-store.js';
import { HistoryStore } from '#persistence/history-store.js';
import { CLAIMS_MAX } from '#persistence/review-claims.js';
import { eventually } from '../support/eventually.js';
import { CLAIM_MS, sceneForAll, secretOf, type Answer } from './console-scene.js';

const scene = sceneForAll('asset, review, bank_entry');
const UNCERTAIN = { explicit: 0.5 };
const BLOCK = { verdict: 'block', policyLabel: 'sexual.explicit', reason: 'plain to see' };
const ALLOW = { verdict: 'allow', reason: 'a statue' };
const HOUR_MS = 3_600_000;
/** The hash of whatever the scene uploads. */
const BYTES = `decode(repeat('cd', 32), 'hex')`;

beforeAll(async () => {
  await new AccessStore(scene().database).addKey({
    secret: secretOf('sue'),
    role: 'senior',
    clientId: null,
    holder: 'sue',
    scopes: [],
  });
});

const post = <T = ProblemBody>(holder: string, path: string, body: unknown = {}): Promise<Answer<T>> =>
  scene().ask<T>(holder, 'POST', `/api/${path}`, body);
const list = async (holder = 'anna', query = ''): Promise<ReviewPage> =>
  (await scene().ask<ReviewPage>(holder, 'GET', `/api/reviews${query}`)).body;
const idsOf = async (holder: string, query: string): Promise<string[]> =>
  (await list(holder, query)).items.map(({ id }) => id);
const detail = async (id: string): Promise<ReviewDetailAnswer> =>
  (await scene().ask<ReviewDetailAnswer>('anna', 'GET', `/api/reviews/${id}`)).body;
const openCase = (): Promise<{ assetId: string; reviewId: string }> => scene().openCase({}, UNCERTAIN);
const refused = async (answer: Promise<Answer<ProblemBody>>): Promise<[number, string]> => {
  const { status, body } = await answer;
  return [status, body.code];
};

const decide = async (holder: string, id: string, decision: object): Promise<Answer<DecidedAnswer>> =>
  post<DecidedAnswer>(holder, `reviews/${id}/decide`, { ...(await scene().looked(id)), ...decision });

/** A decision of somebody who claims the case first. */
async function decided(holder: string, reviewId: string, decision: object = BLOCK): Promise<DecidedAnswer> {
  await post(holder, `reviews/${reviewId}/claim`);
  const { status, body } = await decide(holder, reviewId, decision);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body;
}

/** What is wrong in the books of all assets. */
async function faults(): Promise<string[]> {
  const histories = await new HistoryStore(scene().database).page(undefined, 500);
  return histories.flatMap((history) => historyFaults(history));
}

describe('the order and the filters of the queue', () => {
  it('puts late blocks first, those that were served longest before others', async () => {
    const { reviewId: asked } = await openCase();
    const short = await scene().upload({});
    const long = await scene().upload({});
    scene().nowMs += 60_000;
    await scene().settle(await scene().heavyResult(long, { explicit: 0.99 }));
    const later = await scene().upload({});
    await scene().settle(await scene().heavyResult(short, { explicit: 0.99 }));
    scene().nowMs += 30_000;
    await scene().settle(await scene().heavyResult(later, { explicit: 0.99 }));
    const { items, counts } = await list();
    expect(items.map(({ change, exposureMs }) => [change, exposureMs])).toEqual([
      ['late_block', 60_000],
      ['late_block', 60_000],
      ['late_block', 30_000],
      ['needs_review', null],
    ]);
    expect(items.at(-1)?.id).toBe(asked);
    expect(items[2]?.assetId).toBe(later);
    expect(counts).toMatchObject({ open: 4, lateBlocks: 3, green: 4, mine: 0, more: false });
    expect(await faults()).toEqual([]);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await list('anna', `?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next;
    }
    expect(seen).toEqual(items.map(({ id }) => id));
  });

  it('narrows by label, transition, class, client, age, assignee and state, and counts what is left', async () => {
    const { reviewId: old } = await openCase();
    scene().nowMs += HOUR_MS;
    const { reviewId: bulk } = await scene().openCase({}, { suggestive: 0.6 }, { trafficClass: 'bulk' });
    const client = (await detail(old)).clientId;
    await post('anna', `reviews/${bulk}/assign`, { assignee: 'ben' });
    expect(await idsOf('anna', '?label=sexual.suggestive')).toEqual([bulk]);
    expect(await idsOf('anna', '?class=bulk')).toEqual([bulk]);
    expect(await idsOf('anna', '?transition=late_block')).toEqual([]);
    expect(await idsOf('anna', `?olderThanMs=${HOUR_MS}`)).toEqual([old]);
    expect((await idsOf('anna', `?client=${client}`)).length).toBe(2);
    expect(await idsOf('anna', '?client=00000000-0000-4000-8000-000000000000')).toEqual([]);
    expect(await idsOf('anna', '?assignee=ben')).toEqual([bulk]);
    expect(await idsOf('ben', '?state=mine')).toEqual([bulk]);
    expect((await list('ben', '?state=mine')).counts).toMatchObject({ open: 2, mine: 1, red: 1, green: 1 });
    expect((await list('anna', '?class=bulk')).counts).toMatchObject({ open: 1, red: 0 });
  });
});

describe('taking the next case', () => {
  it('gives each moderator another, in order, and tells when there is none', async () => {
    const cases = [await openCase(), await openCase(), await openCase()];
    const order = await idsOf('anna', '');
    const taken = await Promise.all(['anna', 'ben', 'anna'].map((holder) => post<ClaimAnswer>(holder, 'reviews/next')));
    expect(taken.map(({ body }) => body.id).sort()).toEqual([...order].sort());
    expect(cases).toHaveLength(3);
    expect(await refused(post('sue', 'reviews/next'))).toEqual([404, 'queue-empty']);
    scene().nowMs += CLAIM_MS;
    expect((await post<ClaimAnswer>('sue', 'reviews/next')).body).toMatchObject({ id: order[0], claimedBy: 'sue' });
  });

  it('puts what was skipped behind, for whoever did', async () => {
    const skipped = (await openCase()).reviewId;
    scene().nowMs += 1;
    const other = (await openCase()).reviewId;
    expect((await post<ClaimAnswer>('anna', 'reviews/next')).body.id).toBe(skipped);
    expect((await post(`anna`, `reviews/${skipped}/skip`, { reason: 'I know them' })).status).toBe(200);
    expect((await post<ClaimAnswer>('anna', 'reviews/next')).body.id).toBe(other);
    expect((await post<ClaimAnswer>('ben', 'reviews/next')).body.id).toBe(skipped);
    await post('ben', `reviews/${skipped}/release`);
    expect((await post<ClaimAnswer>('anna', 'reviews/next')).body.id).toBe(skipped);
  });

  it('passes over what is held, escalated, or another’s; a senior takes what was escalated', async () => {
    const [held, escalated, assigned] = [await openCase(), await openCase(), await openCase()].map((c) => c.reviewId);
    const until = new Date(scene().nowMs + HOUR_MS).toISOString();
    expect((await post<CaseStepDone>('anna', `reviews/${held}/hold`, { until, reason: 'asked' })).body).toMatchObject({
      state: 'held',
      heldUntil: until,
    });
    const step = await post<CaseStepDone>('anna', `reviews/${escalated}/escalate`, { reason: 'a minor?' });
    expect(step.body.state).toBe('escalated');
    await post('anna', `reviews/${assigned}/assign`, { assignee: 'ben' });
    expect(await refused(post('anna', 'reviews/next'))).toEqual([404, 'queue-empty']);
    expect(await refused(post('ben', `reviews/${escalated}/claim`))).toEqual([403, 'forbidden']);
    expect(await refused(post('ben', `reviews/${held}/claim`))).toEqual([409, 'held-by-other']);
    expect(await refused(post('anna', `reviews/${assigned}/claim`))).toEqual([409, 'held-by-other']);
    expect((await post<ClaimAnswer>('ben', 'reviews/next', { state: 'mine' })).body.id).toBe(assigned);
    expect((await post<ClaimAnswer>('sue', 'reviews/next', { state: 'escalated' })).body.id).toBe(escalated);
    const { counts } = await list('anna');
    expect(counts).toMatchObject({ open: 0, held: 1, claimed: 2, escalated: 0 });
    scene().nowMs += HOUR_MS;
    expect((await post<ClaimAnswer>('ben', 'reviews/next')).body.id).toBe(held);
    const { steps } = await detail(escalated ?? '');
    expect(steps.map(({ did, actor, note }) => [did, actor, note])).toEqual([
      ['escalate', 'anna', 'a minor?'],
      ['claim', 'sue', null],
    ]);
  });

  it('gives out again what was assigned to whoever may not decide it any more', async () => {
    const made = await post<{ person: { id: string } }>('chief', 'persons', {
      name: 'eva',
      displayName: 'Eva',
      role: 'senior',
    });
    const change = (body: object): Promise<Answer<unknown>> =>
      scene().ask('chief', 'PATCH', `/api/persons/${made.body.person.id}`, body);
    const [escalated, free] = [await openCase(), await openCase()].map(({ reviewId }) => reviewId);
    await post('anna', `reviews/${escalated}/escalate`, { reason: 'a minor?' });
    for (const id of [escalated, free]) await post('sue', `reviews/${id}/assign`, { assignee: 'eva' });
    await change({ role: 'moderator' });
    expect((await post<ClaimAnswer>('sue', 'reviews/next', { state: 'escalated' })).body.id).toBe(escalated);
    expect(await refused(post('anna', 'reviews/next'))).toEqual([404, 'queue-empty']);
    const [held, claimed] = [await openCase(), await openCase()].map(({ reviewId }) => reviewId);
    const until = new Date(scene().nowMs + HOUR_MS);
    await scene().rows(`UPDATE review SET held_by = 'eva', held_until = $2 WHERE id = $1`, [held, until]);
    await scene().rows(`UPDATE review SET state = 'claimed', claimed_by = 'eva', claim_expires_at = $2 WHERE id = $1`, [
      claimed,
      until,
    ]);
    expect(await refused(post('anna', 'reviews/next'))).toEqual([404, 'queue-empty']);
    await change({ disabled: true });
    const given = [];
    for (let n = 0; n < 3; n += 1) given.push((await post<ClaimAnswer>('anna', 'reviews/next')).body.id);
    expect(given.sort()).toEqual([free, held, claimed].sort());
  });

  it.each<[string, object, string]>([
    ['hold', { until: '2020-01-01T00:00:00Z', reason: 'x' }, '/until'],
    ['hold', { until: '2099-01-01T00:00:00Z', reason: 'x' }, '/until'],
    ['hold', { reason: 'x' }, '/until'],
    ['skip', { reason: ' ' }, '/reason'],
    ['escalate', {}, '/reason'],
    ['assign', { assignee: 'nobody' }, '/assignee'],
    ['assign', { assignee: 'shop' }, '/assignee'],
    ['decide', { ...ALLOW, expectedRevision: 0 }, '/expectedRevision'],
  ])('refuses %s with %j', async (step, body, pointer) => {
    const { reviewId } = await openCase();
    await post('anna', `reviews/${reviewId}/claim`);
    const answer = await post('anna', `reviews/${reviewId}/${step}`, body);
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([400, pointer]);
  });
});

describe('a claim', () => {
  it('is renewed while it runs, and lost when it has run out', async () => {
    const { reviewId } = await openCase();
    await post('anna', `reviews/${reviewId}/claim`);
    scene().nowMs += CLAIM_MS - 1;
    expect((await post<ClaimAnswer>('anna', `reviews/${reviewId}/renew`)).status).toBe(200);
    expect(await refused(post('ben', `reviews/${reviewId}/renew`))).toEqual([409, 'held-by-other']);
    scene().nowMs += CLAIM_MS;
    expect(await refused(post('anna', `reviews/${reviewId}/renew`))).toEqual([409, 'conflict']);
  });
});

describe('how many cases one person holds', () => {
  const casesOf = async (count: number): Promise<string[]> => {
    const ids: string[] = [];
    for (let made = 0; made < count; made += 1) ids.push((await openCase()).reviewId);
    return ids;
  };
  const claims = (ids: readonly string[], holder = 'anna'): Promise<Answer<ProblemBody>[]> =>
    Promise.all(ids.map((id) => post(holder, `reviews/${id}/claim`)));
  const codesOf = (answers: readonly Answer<ProblemBody>[]): unknown[] =>
    answers.map(({ status, body }) => (status === 200 ? status : body.code)).sort();

  it('is bounded, also where all are asked for at the same moment', async () => {
    const ids = await casesOf(CLAIMS_MAX + 4);
    const last = ids.splice(CLAIMS_MAX - 3);
    for (const id of ids) expect(codesOf(await claims([id]))).toEqual([200]);
    const atOnce = await claims(last);
    expect(codesOf(atOnce)).toEqual([200, 200, 200, ...Array<string>(4).fill('too-many-claims')]);
    expect(await refused(post('anna', 'reviews/next'))).toEqual([409, 'too-many-claims']);
    const held = await idsOf('anna', '?state=mine');
    expect(held).toHaveLength(CLAIMS_MAX);
    // what one holds can be renewed, and others take the rest
    const [first = '', second = ''] = held;
    const left = last.filter((id) => !held.includes(id));
    expect(codesOf(await claims([first, second]))).toEqual([200, 200]);
    expect(codesOf(await claims(left, 'ben'))).toEqual([200, 200, 200, 200]);
    await post('anna', `reviews/${first}/release`);
    expect((await post('anna', `reviews/${first}/claim`)).status).toBe(200);
    expect((await decide('anna', second, ALLOW)).status).toBe(200);
    await post('ben', `reviews/${left[0] ?? ''}/release`);
    expect((await post('anna', 'reviews/next')).status).toBe(200);
    expect(await refused(post('anna', 'reviews/next'))).toEqual([404, 'queue-empty']);
    scene().nowMs += CLAIM_MS;
    expect((await post('anna', 'reviews/next')).status).toBe(200);
  });

  it('is not passed by taking a decision back: the case is open, and nobody’s', async () => {
    const [decidedId = '', ...others] = await casesOf(CLAIMS_MAX + 1);
    const { decisionId } = await decided('anna', decidedId);
    for (const id of others) expect(codesOf(await claims([id]))).toEqual([200]);
    const undone = await post<UndoneAnswer>('anna', `decisions/${decisionId}/undo`);
    expect(undone).toMatchObject({ status: 200, body: { claimedBy: null, claimExpiresAt: null } });
    expect((await detail(decidedId)).state).toBe('open');
    expect(await faults()).toEqual([]);
  });
});

describe('a decision on what has changed meanwhile', () => {
  it('is refused, and taken with the revision that it has now', async () => {
    const { reviewId } = await openCase();
    await post('anna', `reviews/${reviewId}/claim`);
    const stale = post('anna', `reviews/${reviewId}/decide`, { ...BLOCK, expectedRevision: 1 });
    expect(await refused(stale)).toEqual([409, 'revision-changed']);
    const { assetRevision: expectedRevision } = await detail(reviewId);
    expect((await post('anna', `reviews/${reviewId}/decide`, { ...BLOCK, expectedRevision })).status).toBe(200);
  });
});

describe('taking a decision back', () => {
  const served = async (assetId: string): Promise<unknown> =>
    (await scene().rows(`SELECT served, verdict, stage FROM asset WHERE id = $1`, [assetId]))[0];
  const entries = async (): Promise<unknown[]> =>
    scene().rows(
      `SELECT b.name FROM bank_entry e JOIN bank b ON b.id = e.bank_id WHERE e.removed_at IS NULL ORDER BY e.id`,
    );

  it('restores what stood, tells it as a revision, and has the case open and held', async () => {
    const { assetId, reviewId } = await openCase();
    const before = await served(assetId);
    const { decisionId } = await decided('anna', reviewId);
    expect(await entries()).toEqual([{ name: 'decided.block' }]);
    const undone = await post<UndoneAnswer>('anna', `decisions/${decisionId}/undo`, { reason: 'the wrong key' });
    expect(undone.body).toMatchObject({
      reviewId,
      assetId,
      revision: 4,
      verdict: 'review',
      served: true,
      claimedBy: 'anna',
    });
    expect(await served(assetId)).toEqual(before);
    expect(await entries()).toEqual([]);
    const { state, decisions, steps, decidedBy } = await detail(reviewId);
    expect([state, decidedBy]).toEqual(['claimed', null]);
    expect(decisions[3]).toMatchObject({
      cause: 'undo',
      source: 'heavy',
      supersedes: 3,
      actor: 'anna',
      note: 'the wrong key',
      transition: 'late_release',
    });
    expect(steps.map(({ did }) => did)).toEqual(['claim', 'decide', 'undo']);
    const [event] = await scene().rows(
      `SELECT type, data -> 'current' ->> 'served' AS served FROM event
      WHERE asset_id = $1 AND sequence = 4`,
      [assetId],
    );
    expect(event).toEqual({ type: 'asset.superseded', served: 'true' });
    expect(await faults()).toEqual([]);
    expect((await decide('anna', reviewId, ALLOW)).status).toBe(200);
    expect(await entries()).toEqual([{ name: 'decided.allow' }]);
    expect(await faults()).toEqual([]);
  });

  it('is one’s own, or a senior’s, as long as nobody has decided since', async () => {
    const { reviewId } = await openCase();
    const { decisionId } = await decided('anna', reviewId);
    expect(await refused(post('ben', `decisions/${decisionId}/undo`))).toEqual([403, 'forbidden']);
    expect((await post('sue', `decisions/${decisionId}/undo`)).status).toBe(200);
    expect(await refused(post('anna', `decisions/${decisionId}/undo`))).toEqual([409, 'decided-since']);
    await decided('sue', reviewId);
    expect(await refused(post('anna', `decisions/${decisionId}/undo`))).toEqual([409, 'decided-since']);
    for (const id of ['x', `${decisionId}0`, decisionId.replace(/\d$/, '2')]) {
      expect(await refused(post('anna', `decisions/${id}/undo`))).toEqual([404, 'not-found']);
    }
  });

  it('leaves the banks what other decisions on the same bytes taught them', async () => {
    const [first, second] = [await openCase(), await openCase()];
    const { decisionId } = await decided('anna', first.reviewId);
    const again = await decided('ben', second.reviewId);
    await post('anna', `decisions/${decisionId}/undo`);
    expect(await entries()).toEqual([{ name: 'decided.block' }]);
    await post('ben', `decisions/${again.decisionId}/undo`);
    expect(await entries()).toEqual([]);
  });

  it('gives the banks back what the decision had removed', async () => {
    const [first, second] = [await openCase(), await openCase()];
    await decided('anna', first.reviewId, ALLOW);
    const { decisionId } = await decided('ben', second.reviewId, BLOCK);
    expect(await entries()).toEqual([{ name: 'decided.block' }]);
    await post('ben', `decisions/${decisionId}/undo`);
    expect(await entries()).toEqual([{ name: 'decided.allow' }]);
  });

  it('leaves an entry that was there before as it was, whoever decided first', async () => {
    const [older, younger] = [await openCase(), await openCase()];
    await scene().rows(`INSERT INTO bank_entry (bank_id, sha256, origin, added_by)
      SELECT id, ${BYTES}, 'machine', 'model' FROM bank WHERE name = 'decided.block'`);
    const state = (): Promise<unknown[]> =>
      scene().rows(`SELECT origin, disabled_until IS NOT NULL AS off, removed_at FROM bank_entry`);
    const first = await decided('ben', younger.reviewId);
    scene().nowMs += 1_000;
    const { decisionId } = await decided('anna', older.reviewId);
    expect(await state()).toEqual([{ origin: 'moderator', off: false, removed_at: null }]);
    for (const id of [first.decisionId, decisionId]) await post('sue', `decisions/${id}/undo`);
    expect(await state()).toEqual([{ origin: 'machine', off: false, removed_at: null }]);

    await scene().rows(`UPDATE review_lesson SET undone_at = $1`, [new Date(scene().nowMs + 1_000)]);
    await scene().rows(`UPDATE bank_entry SET disabled_until = '2090-01-01'`);
    scene().nowMs += 2 * CLAIM_MS;
    const again = await decided('anna', (await openCase()).reviewId);
    expect(await state()).toEqual([{ origin: 'moderator', off: false, removed_at: null }]);
    await post('anna', `decisions/${again.decisionId}/undo`);
    expect(await state()).toEqual([{ origin: 'machine', off: true, removed_at: null }]);
  });

  it('leaves no hash of what was erased in an entry that goes', async () => {
    const [first, second] = [await openCase(), await openCase()];
    const { decisionId } = await decided('anna', first.reviewId);
    const again = await decided('ben', second.reviewId);
    await post('anna', `decisions/${decisionId}/undo`);
    await post('chief', 'erasures', { assetIds: [first.assetId] });
    expect(await entries()).toEqual([{ name: 'decided.block' }]);
    await post('ben', `decisions/${again.decisionId}/undo`);
    expect(await entries()).toEqual([]);
    expect(await scene().rows(`SELECT 1 FROM bank_entry WHERE sha256 = ${BYTES}`)).toEqual([]);
  });

  it('is offered in one’s own history', async () => {
    const decisions = [];
    for (let n = 0; n < 3; n += 1) {
      decisions.push((await decided('anna', (await openCase()).reviewId)).decisionId);
      scene().nowMs += 1_000;
    }
    await post('anna', `decisions/${decisions[0] ?? ''}/undo`);
    const page = async (query: string): Promise<OwnDecisionPage> =>
      (await scene().ask<OwnDecisionPage>('anna', 'GET', `/api/decisions${query}`)).body;
    const first = await page('?limit=2');
    const rest = await page(`?limit=2&cursor=${first.next ?? ''}`);
    expect([...first.items, ...rest.items].map(({ id, undoable }) => [id, undoable])).toEqual([
      [decisions[2], true],
      [decisions[1], true],
      [decisions[0], false],
    ]);
    expect(rest.next).toBeNull();
    expect((await scene().ask('anna', 'GET', '/api/decisions?cursor=x')).status).toBe(400);
  });
});

describe('an asset that is erased', () => {
  it('takes along what people wrote about it, and its decisions are not taken back', async () => {
    const { assetId, reviewId } = await openCase();
    await post('anna', `reviews/${reviewId}/skip`, { reason: 'the neighbour’s child' });
    const { decisionId } = await decided('anna', reviewId);
    expect((await post('chief', 'erasures', { assetIds: [assetId] })).status).toBe(200);
    const { steps, rendition } = await detail(reviewId);
    expect([steps.map(({ note }) => note), rendition]).toEqual([[null, null, null], null]);
    expect(await refused(post('anna', `decisions/${decisionId}/undo`))).toEqual([410, 'erased']);
    expect(await faults()).toEqual([]);
  });
});

describe('the same decision about many cases', () => {
  it('is shown before, decides all that it may, and is taken back at once', async () => {
    const cases = [await openCase(), await openCase(), await openCase(), await openCase()];
    const [mine, free, other, stale] = cases.map(({ reviewId }) => reviewId);
    await post('anna', `reviews/${mine}/claim`);
    await post('ben', `reviews/${other}/claim`);
    const seen = [{ id: mine }, { id: free }, { id: other }, { id: stale, expectedRevision: 1 }];
    const preview = await post<BulkPreviewAnswer>('anna', 'reviews/bulk/preview', { ...BLOCK, reviews: seen });
    const unseen = post('anna', 'reviews/bulk', { ...BLOCK, reviews: seen });
    expect(await refused(unseen)).toEqual([400, 'invalid-request']);
    const reviews = seen.map((choice) => ({ expectedRevision: 2, ...choice }));
    expect(preview.body).toMatchObject({ counts: { changes: 2, confirms: 0, refused: 2 }, limit: 100 });
    expect(preview.body.items.map(({ why }) => why)).toEqual([null, null, 'claimed_by_other', 'revision_changed']);
    expect(await scene().rows('SELECT 1 FROM decision WHERE revision > 2')).toEqual([]);

    const done = await post<BulkDecidedAnswer>('anna', 'reviews/bulk', { ...BLOCK, reviews });
    expect(done.body).toMatchObject({ counts: { changes: 2, confirms: 0, refused: 2 } });
    expect(await faults()).toEqual([]);
    expect(await refused(post('ben', `bulk-decisions/${done.body.id}/undo`))).toEqual([403, 'forbidden']);
    const undone = await post<BulkUndoneAnswer>('anna', `bulk-decisions/${done.body.id}/undo`);
    expect(undone.body).toMatchObject({ undone: 2, kept: 0 });
    expect((await list()).counts).toMatchObject({ open: 3, claimed: 1 });
    const told = await scene().rows(
      `SELECT type, sequence, data -> 'previous' -> 'served' AS before, data -> 'current' -> 'served' AS served FROM event
       WHERE asset_id = $1 ORDER BY sequence`,
      [cases[1]?.assetId],
    );
    expect(told).toEqual([
      { type: 'asset.final', sequence: 2, before: true, served: true },
      { type: 'asset.superseded', sequence: 3, before: true, served: false },
      { type: 'asset.superseded', sequence: 4, before: false, served: true },
    ]);
    expect((await post<BulkUndoneAnswer>('anna', `bulk-decisions/${done.body.id}/undo`)).body).toMatchObject({
      undone: 0,
      kept: 2,
    });
    expect(await scene().rows(`SELECT 1 FROM bank_entry WHERE removed_at IS NULL`)).toEqual([]);
    expect(await faults()).toEqual([]);
  });

  it('is about as many as may be, each once', async () => {
    const { reviewId: id } = await openCase();
    const ids = Array.from({ length: 101 }, (_, n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`);
    const many = ids.map((one) => ({ id: one, expectedRevision: 2 }));
    const own = { id, expectedRevision: 2 };
    expect(await refused(post('anna', 'reviews/bulk', { ...BLOCK, reviews: many }))).toEqual([422, 'too-many-cases']);
    for (const reviews of [[], [own, own], [{ ...own, id: 'x' }], [{ ...own, x: 1 }], [{ id }], 'all']) {
      expect(await refused(post('anna', 'reviews/bulk', { ...BLOCK, reviews }))).toEqual([400, 'invalid-request']);
    }
    const unknown = await post<BulkDecidedAnswer>('anna', 'reviews/bulk', { ...BLOCK, reviews: many.slice(0, 2) });
    expect(unknown.body.items.map(({ why }) => why)).toEqual(['not_found', 'not_found']);
  });
});

describe('what several people do at the same moment', () => {
  it('is done once', async () => {
    const cases = await Promise.all(Array.from({ length: 4 }, openCase));
    const reviews = cases.map(({ reviewId }) => ({ id: reviewId, expectedRevision: 2 }));
    const both = await Promise.all([
      post<BulkDecidedAnswer>('anna', 'reviews/bulk', { ...BLOCK, reviews }),
      post<BulkDecidedAnswer>('ben', 'reviews/bulk', { ...ALLOW, reviews: [...reviews].reverse() }),
    ]);
    expect(both.map(({ body }) => body.counts.refused).sort()).toEqual([0, 4]);
    const winner = both.find(({ body }) => body.counts.refused === 0)?.body;
    const [assetId] = cases.map((one) => one.assetId);
    const undos = await Promise.all([
      post('sue', `bulk-decisions/${winner?.id ?? ''}/undo`),
      post('sue', `decisions/${assetId}.3/undo`),
      post('sue', `decisions/${assetId}.3/undo`),
    ]);
    expect(undos.every(({ status }) => status === 200 || status === 409)).toBe(true);
    const rows = await scene().rows(`SELECT 1 FROM decision WHERE cause = 'undo'`);
    expect(rows).toHaveLength(4);
    expect(await faults()).toEqual([]);
  });
});

describe('the queue, live', () => {
  it('tells of a case that comes in without being asked, until the key is revoked', async () => {
    const ended = new AbortController();
    const secret = secretOf('sue');
    const { body } = await fetch(`${scene().url}/api/live`, {
      headers: { authorization: `Bearer ${secret}` },
      signal: ended.signal,
    });
    if (body === null) throw new Error('a stream has a body');
    const heads: (string | null)[] = [];
    const reading = (async () => {
      let text = '';
      for await (const piece of body.pipeThrough(new TextDecoderStream())) {
        text += piece;
        const told = [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => JSON.parse(data) as LiveQueue);
        heads.splice(0, heads.length, ...told.map(({ head }) => head));
      }
    })();
    await eventually('it is told how the queue stands', () => heads.length > 0);
    await openCase();
    const late = await scene().upload({});
    scene().nowMs += 60_000;
    await scene().settle(await scene().heavyResult(late, { explicit: 0.99 }));
    const [first] = await idsOf('anna', '');
    await eventually('the late block is the head', () => heads.at(-1) === first);
    await scene().rows(`UPDATE api_key SET revoked_at = now() WHERE holder = 'sue'`);
    await reading;
    await scene().rows(`UPDATE api_key SET revoked_at = NULL WHERE holder = 'sue'`);
    ended.abort();
  });
});

describe('three people on three cases', () => {
  const act = fc.record({
    who: fc.constantFrom('anna', 'ben', 'sue'),
    at: fc.nat(2),
    did: fc.constantFrom('next', 'claim', 'skip', 'hold', 'escalate', 'assign', 'return', 'decide', 'undo', 'expire'),
  });

  it('never hold one twice, never decide one revision twice, and lose none, whatever they do', async () => {
    const property = fc.asyncProperty(fc.array(act, { minLength: 8, maxLength: 16 }), async (acts) => {
      await scene().empty('asset, review, bank_entry');
      const cases = [await openCase(), await openCase(), await openCase()];
      const last: (string | undefined)[] = [];
      for (const { who, at, did } of acts) {
        const reviewId = cases[at]?.reviewId ?? '';
        const before = await holders();
        if (did === 'expire') scene().nowMs += CLAIM_MS;
        else if (did === 'undo') await post(who, `decisions/${last[at] ?? 'none'}/undo`);
        else if (did === 'next') await post(who, 'reviews/next');
        else {
          const looked = did === 'decide' ? await scene().looked(reviewId) : {};
          const sent = { ...looked, ...BODIES[did]?.() };
          const { status, body } = await post<DecidedAnswer>(who, `reviews/${reviewId}/${did}`, sent);
          if (did === 'decide' && status === 200) last[at] = body.decisionId;
        }
        for (const [id, holder] of did === 'expire' ? [] : before) {
          // who holds a case keeps it, unless they did something
          if (holder !== who && (await holders()).get(id) !== holder)
            throw new Error(`${who} took ${id} from ${holder}`);
        }
        expect(await faults()).toEqual([]);
      }
      const open = new Set(await idsOf('sue', ''));
      const ended = await scene().rows<{ id: string }>(`SELECT id FROM review WHERE state = 'decided'`);
      expect([...open, ...ended.map(({ id }) => id)].sort()).toEqual(cases.map(({ reviewId }) => reviewId).sort());
    });
    await fc.assert(property, { numRuns: 5 });
  });

  const BODIES: Readonly<Record<string, () => object>> = {
    skip: () => ({ reason: 'x' }),
    hold: () => ({ reason: 'x', until: new Date(scene().nowMs + 30_000).toISOString() }),
    escalate: () => ({ reason: 'x' }),
    assign: () => ({ assignee: 'ben' }),
    decide: () => BLOCK,
  };

  async function holders(): Promise<Map<string, string>> {
    const { items } = await list('sue', '?state=claimed');
    return new Map(items.map(({ id, claimedBy }) => [id, claimedBy ?? '']));
  }
});
