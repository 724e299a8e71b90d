import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { PolicyAnswer, PolicyDraftAnswer, PolicyDraftList, PolicyMergeAnswer } from '#contracts/policy-answer.js';
import type { ProblemBody } from '#contracts/problems.js';
import type { ReplayDetailAnswer, ReplayList } from '#contracts/replay-answer.js';
import { STARTING_POLICY, type PolicyDocument } from '#moderation/policy.js';
import { applyChanges } from '#moderation/policy-diff.js';
import { AccessStore } from '#persistence/access-store.js';
import { eventually } from '../support/eventually.js';
import { idAt } from '../support/id-at.js';
import { ConsoleScene, secretOf, type Answer } from './console-scene.js';

const PLACE = '/thresholds/sexual.explicit/heavy/blockFrom';
const blockFrom = (to: number, of: PolicyDocument = STARTING_POLICY): PolicyDocument =>
  applyChanges(of, [{ path: PLACE, from: 0.7, to }]);

let scene: ConsoleScene;
beforeAll(async () => {
  scene = await ConsoleScene.open({ settings: { POLICY_REPLAY: 'on', POLICY_APPROVAL: 'on' } });
  const access = new AccessStore(scene.database);
  for (const [holder, role] of [
    ['deputy', 'senior'],
    ['second', 'admin'],
  ] as const) {
    await access.addKey({ role, clientId: null, holder, scopes: [], secret: secretOf(holder) });
  }
});
afterAll(() => scene.close());
beforeEach(() => scene.empty('policy_draft'));

const ask = <T>(who: string, method: string, path: string, body?: unknown): Promise<Answer<T>> =>
  scene.ask<T>(who, method, `/api${path}`, body);
const live = async (): Promise<PolicyAnswer> => (await ask<PolicyAnswer>('anna', 'GET', '/policies/live')).body;
const begun = async (document: PolicyDocument, note = 'x'): Promise<PolicyDraftAnswer> => {
  const { version: baseVersion } = await live();
  const { status, body } = await ask<PolicyDraftAnswer>('chief', 'POST', '/policy-drafts', {
    document,
    baseVersion,
    ...(note === '' ? {} : { note }),
  });
  expect(status).toBe(201);
  return body;
};
const save = <T = PolicyDraftAnswer>(draft: PolicyDraftAnswer, changed: object, who = 'chief'): Promise<Answer<T>> => {
  const { document, note, baseVersion, revision } = draft;
  return ask<T>(who, 'PUT', `/policy-drafts/${draft.id}`, { document, note, baseVersion, revision, ...changed });
};
const submit = <T = PolicyAnswer>({ id, revision }: PolicyDraftAnswer, who = 'chief'): Promise<Answer<T>> =>
  ask<T>(who, 'POST', `/policy-drafts/${id}/submit`, { revision });
const discard = <T>({ id, revision }: PolicyDraftAnswer, who: string): Promise<Answer<T>> =>
  ask<T>(who, 'DELETE', `/policy-drafts/${id}?revision=${revision}`);
const submitted = async (document: PolicyDocument): Promise<PolicyAnswer> => {
  const { status, body } = await submit(await begun(document));
  expect(status).toBe(201);
  return body;
};
/** Has what stands at a path replayed, to its end. */
const replayed = async (path: string): Promise<ReplayDetailAnswer> => {
  const { status, body } = await ask<ReplayDetailAnswer>('chief', 'POST', `${path}/replays`, {});
  expect(status).toBe(201);
  let found = body;
  await eventually('the replay has ended', async () => {
    found = (await ask<ReplayDetailAnswer>('anna', 'GET', `/replays/${body.id}`)).body;
    return found.endedAt !== null;
  });
  return found;
};
const codeOf = ({ status, body }: Answer<ProblemBody>): [number, string] => [status, body.code];

describe('a draft', () => {
  it('is saved as often as its author likes, and becomes a version that stays', async () => {
    const first = await begun(blockFrom(0.8), '');
    expect(first).toMatchObject({ author: 'chief', revision: 1, note: '' });
    expect(codeOf(await submit<ProblemBody>(first))).toEqual([400, 'invalid-request']);
    const { body: second } = await save(first, { document: blockFrom(0.82), note: 'less harsh' });
    expect(second).toMatchObject({ id: first.id, revision: 2, note: 'less harsh', document: blockFrom(0.82) });
    expect((await ask<PolicyDraftList>('anna', 'GET', '/policy-drafts')).body.items).toEqual([second]);
    const { body: made } = await submit(second);
    const { baseVersion, document, note } = second;
    expect(made).toMatchObject({ state: 'draft', author: 'chief', baseVersion, document, note });
    expect((await ask('anna', 'GET', `/policy-drafts/${first.id}`)).status).toBe(404);
  });

  it('that was saved since is neither overwritten nor handed in', async () => {
    const seen = await begun(blockFrom(0.8));
    await save(seen, { note: 'in another tab' });
    expect(codeOf(await save<ProblemBody>(seen, { note: 'mine' }))).toEqual([409, 'conflict']);
    expect(codeOf(await submit<ProblemBody>(seen))).toEqual([409, 'conflict']);
  });

  it('is changed by nobody but its author, and discarded by any admin', async () => {
    const draft = await begun(blockFrom(0.8));
    expect(codeOf(await save<ProblemBody>(draft, { note: 'theirs' }, 'second'))).toEqual([403, 'forbidden']);
    expect(codeOf(await submit<ProblemBody>(draft, 'second'))).toEqual([403, 'forbidden']);
    expect((await discard(draft, 'second')).status).toBe(204);
    expect((await discard(draft, 'second')).status).toBe(404);
  });

  it('that was saved since is not thrown away, nor is one that nobody says they saw', async () => {
    const seen = await begun(blockFrom(0.8));
    const { body: saved } = await save(seen, { note: 'an hour of work' });
    expect(codeOf(await discard<ProblemBody>(seen, 'second'))).toEqual([409, 'conflict']);
    const blind = await ask<ProblemBody>('second', 'DELETE', `/policy-drafts/${seen.id}`);
    expect(codeOf(blind)).toEqual([400, 'invalid-request']);
    expect((await ask<PolicyDraftAnswer>('anna', 'GET', `/policy-drafts/${seen.id}`)).body).toEqual(saved);
    expect((await discard(saved, 'second')).status).toBe(204);
  });

  it('is not saved with faults, each at its place, nor on a version that is none', async () => {
    const draft = await begun(STARTING_POLICY);
    const wrong = await save<ProblemBody>(draft, { document: blockFrom(1.5) });
    expect([wrong.status, wrong.body.errors?.map(({ pointer }) => pointer)]).toEqual([422, [`/document${PLACE}`]]);
    const { errors } = (await save<ProblemBody>(draft, { baseVersion: 999_999 })).body;
    expect(errors?.[0]?.pointer).toBe('/baseVersion');
  });

  it('are not more than people can look through', async () => {
    const { baseVersion, document } = await begun(STARTING_POLICY);
    await scene.rows(
      `INSERT INTO policy_draft (id, base_version, document, note, author)
       SELECT gen_random_uuid(), base_version, document, note, author FROM policy_draft, generate_series(1, 49)`,
    );
    const more = await ask<ProblemBody>('chief', 'POST', '/policy-drafts', { document, baseVersion });
    expect(codeOf(more)).toEqual([409, 'conflict']);
  });
});

describe('a draft that another version overtook', () => {
  it('is brought together with it, and then handed in', async () => {
    const mine = await begun(blockFrom(0.8), 'mine');
    const other = await submitted(
      applyChanges(STARTING_POLICY, [{ path: '/provisional/uncertain', from: 'allow', to: 'block' }]),
    );
    await replayed(`/policies/${other.version}`);
    await ask('deputy', 'POST', `/policies/${other.version}/approve`);
    expect((await ask('chief', 'POST', `/policies/${other.version}/publish`)).status).toBe(200);

    const refused = await submit<ProblemBody & { merge: PolicyMergeAnswer }>(mine);
    expect(codeOf(refused)).toEqual([409, 'policy-base-stale']);
    const merge = (await ask<PolicyMergeAnswer>('anna', 'GET', `/policy-drafts/${mine.id}/merge`)).body;
    expect(refused.body.merge).toEqual(merge);
    expect(merge).toMatchObject({ liveVersion: other.version, conflicts: [] });
    const { body: merged } = await save(mine, { document: merge.merged, baseVersion: merge.liveVersion });
    const { body: made } = await submit(merged);
    expect(made).toMatchObject({ baseVersion: other.version, document: merge.merged });
    expect(made.document).toMatchObject({ provisional: { uncertain: 'block' } });
  });
});

describe('a replay of a draft', () => {
  it('goes with the version that is made of it, if it says the same', async () => {
    const document = (await live()).document;
    const assetId = idAt(scene.nowMs);
    await scene.upload({}, { assetId });
    await scene.settle(await scene.heavyResult(assetId, { explicit: 0.75 }));
    scene.nowMs += 1_000;
    const draft = await begun(blockFrom(0.9, document));
    const old = await replayed(`/policy-drafts/${draft.id}`);
    expect(old).toMatchObject({ state: 'done', version: null, draftId: draft.id, document: draft.document });
    expect(old.result).toMatchObject({ assets: 1, changed: 1 });
    const { body: saved } = await save(draft, { document: blockFrom(0.95, document) });
    const last = await replayed(`/policy-drafts/${draft.id}`);
    const listed = await ask<ReplayList>('anna', 'GET', `/policy-drafts/${draft.id}/replays`);
    expect(listed.body.items.map(({ id }) => id)).toEqual([last.id, old.id]);

    const { version } = (await submit(saved)).body;
    const ofVersion = await ask<ReplayList>('anna', 'GET', `/policies/${version}/replays`);
    expect(ofVersion.body.items.map(({ id }) => id)).toEqual([last.id]);
    expect((await ask('deputy', 'POST', `/policies/${version}/approve`)).status).toBe(200);
  });

  it('names the cases of the images that are affected most', async () => {
    const document = (await live()).document;
    scene.nowMs += 5_000;
    const assetId = idAt(scene.nowMs);
    await scene.upload({}, { assetId });
    await scene.settle(await scene.heavyResult(assetId, { explicit: 0.65 }));
    const [opened] = await scene.rows<{ id: string }>(`SELECT id FROM review WHERE asset_id = $1`, [assetId]);
    scene.nowMs += 1_000;
    const draft = await begun(blockFrom(0.6, document));
    const { result, cases } = await replayed(`/policy-drafts/${draft.id}`);
    expect(result?.affected.map((one) => one.assetId)).toContain(assetId);
    expect(cases).toContainEqual({ assetId, reviewId: opened?.id });
  });
});

describe('a version that somebody refused', () => {
  it('is never approved, scheduled or published, and says why', async () => {
    const { version } = await submitted((await live()).document);
    const refuse = (): Promise<Answer<ProblemBody>> =>
      ask('deputy', 'POST', `/policies/${version}/refuse`, { reason: 'too harsh' });
    expect((await refuse()).status).toBe(200);
    expect((await ask('anna', 'GET', `/policies/${version}`)).body).toMatchObject({
      refusedBy: 'deputy',
      refusedBecause: 'too harsh',
      state: 'draft',
    });
    expect(codeOf(await refuse())).toEqual([409, 'conflict']);
    for (const step of ['approve', 'publish']) {
      expect(codeOf(await ask('second', 'POST', `/policies/${version}/${step}`))).toEqual([409, 'conflict']);
    }
    const at = new Date(Date.now() + 86_400_000).toISOString();
    expect(codeOf(await ask('chief', 'PUT', `/policies/${version}/schedule`, { at }))).toEqual([409, 'conflict']);
  });
});

describe('a version in the database', () => {
  const refused = (statement: string): Promise<void> =>
    expect(scene.rows(statement)).rejects.toThrow('never edited and never deleted');

  it.each([
    `UPDATE policy_version SET document = jsonb_set(document, '{provisional,uncertain}', '"block"')`,
    `UPDATE policy_version SET note = 'other words'`,
    `UPDATE policy_version SET author = 'nobody'`,
    `UPDATE policy_version SET base_version = version`,
    `UPDATE policy_version SET created_at = now() - interval '1 year'`,
    `UPDATE policy_version SET state = 'draft', published_by = NULL, published_at = NULL WHERE state = 'live'`,
    `UPDATE policy_version SET published_by = 'nobody' WHERE state = 'live'`,
    `DELETE FROM policy_version`,
    `TRUNCATE policy_version CASCADE`,
  ])('is not changed by %s', async (statement) => {
    await refused(statement);
  });

  it('takes its steps in their order, and says the same throughout', async () => {
    const before = await live();
    const { version } = await submitted(before.document);
    await replayed(`/policies/${version}`);
    await ask('deputy', 'POST', `/policies/${version}/approve`);
    expect((await ask('chief', 'POST', `/policies/${version}/publish`)).status).toBe(200);
    await refused(`UPDATE policy_version SET state = 'live' WHERE version = ${before.version}`);
    const old = (await ask<PolicyAnswer>('anna', 'GET', `/policies/${before.version}`)).body;
    expect(old).toEqual({ ...before, state: 'retired' });
  });
});
