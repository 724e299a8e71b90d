import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import type { AuditPage, AuditRowAnswer } from '#contracts/audit-answer.js';
import { STARTING_POLICY } from '#moderation/policy.js';
import { AuditStore } from '#persistence/audit-store.js';
import { verifyAudit } from '#persistence/audit-verify.js';
import { routesOf, type Route } from '#service/access-routes.js';
import { listen } from '#service/http-service.js';
import { readSettings } from '#settings/settings.js';
import { createLogger } from '#telemetry/logger.js';
import { ACT } from '../../apps/console/audit/act.js';
import { buildConsole, type BuiltConsole } from '../../apps/console/start-console.js';
import { eventually } from '../support/eventually.js';
import { browserAt } from '../support/signed-in.js';
import { sceneForAll, secretOf } from './console-scene.js';

const scene = sceneForAll();
const HASH = 'ab'.repeat(32);
const ASSET_TEXTS = ['article-7', 'user-9', 'because of the face'];

/** A second console, behind a proxy of this machine. */
let built: BuiltConsole;
let port = 0;
beforeAll(async () => {
  const environment = { DATABASE_URL: scene().databaseUrl, CONSOLE_TRUSTED_PROXIES: '127.0.0.0/8' };
  built = await buildConsole(readSettings(environment, '/'), createLogger('console', 'silent'));
  port = await listen(built.app, '127.0.0.1', 0);
});
afterAll(() => built.close());

const book = (): AuditStore => new AuditStore(scene().database);
const rows = (): Promise<AuditRowAnswer[]> => book().page({}, 500);
const isUnsafe = ({ method }: Route): boolean => !['GET', 'HEAD'].includes(method);

/** One request that each route takes, with what it needs made before. */
type Call = readonly [path: string, body?: unknown];
type Calls = Readonly<Record<string, () => Promise<Call>>>;

const ask = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
  const { status, body: answer } = await scene().ask<T>('chief', method, path, body);
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(answer)}`);
  return answer;
};
/** What all tables hold, but when keys were used. */
const everything = (): Promise<unknown[]> =>
  scene().rows(
    `SELECT table_name, md5(query_to_xml(format('SELECT to_jsonb(t) - ''last_used_at'' FROM %I t', table_name), true, true, '')::text)
     FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`,
  );
let made = 0;
const bank = async (): Promise<string> =>
  (await ask<{ id: string }>('POST', '/api/banks', { name: `bank-${(made += 1)}`, kind: 'block' })).id;
const entry = async (): Promise<string> => {
  const id = await bank();
  await ask('POST', `/api/banks/${id}/entries`, { entries: [{ sha256: HASH }] });
  const { items } = await ask<{ items: { id: number }[] }>('GET', `/api/banks/${id}/entries`);
  return `/api/banks/${id}/entries/${items[0]?.id ?? 0}`;
};
const key = async (): Promise<string> =>
  (await ask<{ key: { id: string } }>('POST', '/api/keys', { client: 'shop' })).key.id;
const person = async (): Promise<string> => {
  const name = `person-${(made += 1)}`;
  const body = { name, displayName: name, role: 'moderator' };
  return (await ask<{ person: { id: string } }>('POST', '/api/persons', body)).person.id;
};
const openCase = async (): Promise<string> => (await scene().openCase({ explicit: 0.5 }, { explicit: 0.5 })).reviewId;
const ownCase = async (): Promise<string> => {
  const id = await openCase();
  await ask('POST', `/api/reviews/${id}/claim`);
  return id;
};
const BECAUSE = { reason: 'because of the face' };
const deadLetter = async (): Promise<number> => {
  const assetId = await scene().upload({ explicit: 0.5 });
  const [letter] = await scene().rows<{ id: string }>(
    `INSERT INTO dead_letter (asset_id, reason, attempts, detail, created_at) VALUES ($1, 'memory', 3, '', now()) RETURNING id`,
    [assetId],
  );
  await scene().rows(`DELETE FROM pending_final WHERE asset_id = $1`, [assetId]);
  return Number(letter?.id);
};
/** A client's endpoint. @param disabledWhy left out: it is enabled */
const webhook = async (disabledWhy?: string): Promise<string> => {
  const [endpoint] = await scene().rows<{ id: string }>(
    `INSERT INTO webhook_endpoint (id, client_id, url, types, secret, state, disabled_why)
     SELECT gen_random_uuid(), id, 'https://hooks.example/a', '{}', 'whsec_bmV3',
       CASE WHEN $1::text IS NULL THEN 'enabled' ELSE 'disabled' END, $1::text FROM client LIMIT 1 RETURNING id`,
    [disabledWhy ?? null],
  );
  return endpoint?.id ?? '';
};
const givenUp = async (endpointId: string): Promise<string> => {
  const [event] = await scene().rows<{ id: string }>(
    `WITH made AS (INSERT INTO event (client_id, type, data) SELECT client_id, 'webhook.test', '{}' FROM webhook_endpoint
       WHERE id = $1 RETURNING id)
     INSERT INTO webhook_delivery (endpoint_id, event_id, state) SELECT $1, id, 'failed' FROM made RETURNING event_id AS id`,
    [endpointId],
  );
  return event?.id ?? '';
};
const campaign = async (state: string): Promise<string> => {
  const { campaign: drafted } = await ask<{ campaign: { id: string } }>('POST', '/api/campaigns', { name: 'again' });
  await scene().rows(
    `UPDATE campaign SET state = $2, policy_version = 1, started_at = CASE $2 WHEN 'draft' THEN NULL ELSE now() END
     WHERE id = $1`,
    [drafted.id, state],
  );
  return `/api/campaigns/${drafted.id}`;
};
const draftBody = async (document: object = STARTING_POLICY): Promise<object> => {
  const { version } = await ask<{ version: number }>('GET', '/api/policies/live');
  return { document, note: 'x', baseVersion: version };
};
const draft = async (): Promise<number> =>
  (await ask<{ version: number }>('POST', '/api/policies', await draftBody())).version;
const ownDraft = async (): Promise<string> => {
  const { id } = await ask<{ id: string }>('POST', '/api/policy-drafts', await draftBody());
  return `/api/policy-drafts/${id}`;
};

const tomorrow = (): string => new Date(Date.now() + 86_400_000).toISOString();
/** A replay that somebody works on, and nobody of this test. */
const heldReplay = async (): Promise<string> => {
  const [replay] = await scene().rows<{ id: string }>(
    `INSERT INTO replay (id, version, against, received_from, received_before, state, asked_by, token, lease_expires_at)
     VALUES (gen_random_uuid(), $1, 1, now(), now(), 'running', 'x', gen_random_uuid(), now() + interval '1 day')
     RETURNING id`,
    [await draft()],
  );
  return replay?.id ?? '';
};
/** Nobody works on a replay any more, but for those that are held. */
const replaysEnded = (): Promise<boolean> =>
  eventually('replays have ended', async () => {
    const working = `state = 'waiting' OR state = 'running' AND lease_expires_at < now() + interval '1 hour'`;
    return (await scene().rows(`SELECT 1 FROM replay WHERE ${working}`)).length === 0;
  });

const CALLS: Calls = {
  'ReviewsController.claim': async () => [`/api/reviews/${await openCase()}/claim`],
  'ReviewsController.decide': async () => {
    const id = await openCase();
    await ask('POST', `/api/reviews/${id}/claim`);
    return [
      `/api/reviews/${id}/decide`,
      { ...(await scene().looked(id)), verdict: 'allow', reason: 'because of the face' },
    ];
  },
  'ReviewsController.next': async () => {
    await openCase();
    return ['/api/reviews/next', {}];
  },
  'ReviewsController.takeOver': async () => [`/api/reviews/${await ownCase()}/take-over`],
  'ReviewsController.renew': async () => [`/api/reviews/${await ownCase()}/renew`],
  'ReviewStepsController.release': async () => [`/api/reviews/${await ownCase()}/release`],
  'ReviewStepsController.skip': async () => [`/api/reviews/${await ownCase()}/skip`, BECAUSE],
  'ReviewStepsController.hold': async () => [
    `/api/reviews/${await ownCase()}/hold`,
    { ...BECAUSE, until: new Date(scene().nowMs + 60_000).toISOString() },
  ],
  'ReviewStepsController.escalate': async () => [`/api/reviews/${await ownCase()}/escalate`, BECAUSE],
  'ReviewStepsController.assign': async () => [`/api/reviews/${await ownCase()}/assign`, { assignee: 'ben' }],
  'ReviewStepsController.return': async () => [`/api/reviews/${await ownCase()}/return`, {}],
  'BulkDecisionsController.decide': async () => [
    '/api/reviews/bulk',
    { reviews: [{ id: await openCase(), expectedRevision: 2 }], verdict: 'allow', ...BECAUSE },
  ],
  'BulkDecisionsController.undo': async () => {
    const reviews = [{ id: await openCase(), expectedRevision: 2 }];
    const { id } = await ask<{ id: string }>('POST', '/api/reviews/bulk', { reviews, verdict: 'allow', ...BECAUSE });
    return [`/api/bulk-decisions/${id}/undo`, {}];
  },
  'DecisionsController.undo': async () => {
    const id = await ownCase();
    const decision = { ...(await scene().looked(id)), verdict: 'allow', ...BECAUSE };
    const { decisionId } = await ask<{ decisionId: string }>('POST', `/api/reviews/${id}/decide`, decision);
    return [`/api/decisions/${decisionId}/undo`, BECAUSE];
  },
  'PoliciesController.draft': async () => ['/api/policies', await draftBody()],
  'PoliciesController.publish': async () => [`/api/policies/${await draft()}/publish`],
  'PolicyStepsController.approve': async () => {
    const { version } = await scene().policies.draft({ document: STARTING_POLICY, note: 'x', author: 'deputy' });
    return [`/api/policies/${version}/approve`];
  },
  'PolicyStepsController.schedule': async () => [`/api/policies/${await draft()}/schedule`, { at: tomorrow() }],
  'PolicyStepsController.unschedule': async () => {
    const path = `/api/policies/${await draft()}/schedule`;
    await ask('PUT', path, { at: tomorrow() });
    return [path];
  },
  'PolicyStepsController.rollBack': async () => {
    const { version } = await ask<{ version: number }>('GET', '/api/policies/live');
    const document = { ...STARTING_POLICY, provisional: { uncertain: 'block', unavailable: 'block' } };
    const next = await ask<{ version: number }>('POST', '/api/policies', await draftBody(document));
    await ask('POST', `/api/policies/${next.version}/publish`);
    return [`/api/policies/${version}/rollback`, {}];
  },
  'PolicyStepsController.refuse': async () => [`/api/policies/${await draft()}/refuse`, BECAUSE],
  'PolicyDraftsController.begin': async () => ['/api/policy-drafts', await draftBody()],
  'PolicyDraftsController.save': async () => [await ownDraft(), { ...(await draftBody()), revision: 1 }],
  'PolicyDraftsController.discard': async () => [`${await ownDraft()}?revision=1`],
  'PolicyDraftsController.submit': async () => [`${await ownDraft()}/submit`, { revision: 1 }],
  'ReplaysController.askOfDraft': async () => [`${await ownDraft()}/replays`, {}],
  'ReplaysController.ask': async () => [`/api/policies/${await draft()}/replays`, {}],
  'ReplaysController.cancel': async () => [`/api/replays/${await heldReplay()}/cancel`],
  'BanksController.create': () => Promise.resolve(['/api/banks', { name: 'another', kind: 'block' }]),
  'BanksController.change': async () => [`/api/banks/${await bank()}`, { distanceMax: 20 }],
  'BankEntriesController.add': async () => [`/api/banks/${await bank()}/entries`, { entries: [{ sha256: HASH }] }],
  'BankEntriesController.import': async () => [`/api/banks/${await bank()}/import`, `sha256:${HASH}`],
  'BankEntriesController.remove': async () => [await entry()],
  'BankEntriesController.disable': async () => [`${await entry()}/disable`, { until: '2090-01-01T00:00:00Z' }],
  'DeadLettersController.resubmit': async () => [
    '/api/dead-letters/resubmit',
    { ids: [await deadLetter()], note: 'x' },
  ],
  'DeadLettersController.discard': async () => ['/api/dead-letters/discard', { ids: [await deadLetter()], note: 'x' }],
  'EndpointsController.enable': async () => [`/api/endpoints/${await webhook('failing')}/enable`],
  'EndpointsController.replay': async () => {
    const id = await webhook();
    return [`/api/endpoints/${id}/replay`, { eventId: await givenUp(id) }];
  },
  'CampaignsController.draft': () => Promise.resolve(['/api/campaigns', { name: 'another' }]),
  'CampaignsController.start': async () => [`${await campaign('draft')}/start`],
  'CampaignsController.pause': async () => [`${await campaign('running')}/pause`],
  'CampaignsController.resume': async () => [`${await campaign('paused')}/resume`],
  'CampaignsController.apply': async () => [`${await campaign('done')}/apply`],
  'CampaignsController.retry': async () => [`${await campaign('done')}/retry`],
  'CampaignsController.discard': async () => [`${await campaign('done')}/discard`],
  'CampaignsController.rollback': async () => [`${await campaign('applied')}/rollback`],
  'SchedulesController.set': () => Promise.resolve(['/api/schedules/bulk', { mode: 'size', sizeMax: 8, waitMs: 0 }]),
  'SchedulesController.clear': () => Promise.resolve(['/api/schedules/bulk']),
  'ClientsController.create': () => Promise.resolve(['/api/clients', { name: 'another' }]),
  'ClientsController.change': async () => [
    `/api/clients/${(await ask<{ id: string }>('POST', '/api/clients', { name: `client-${(made += 1)}` })).id}`,
    { assetsPerDay: 5 },
  ],
  'KeysController.create': () => Promise.resolve(['/api/keys', { client: 'shop' }]),
  'KeysController.rotate': async () => [`/api/keys/${await key()}/rotate`, {}],
  'KeysController.revoke': async () => [`/api/keys/${await key()}/revoke`],
  'ErasuresController.erase': async () => ['/api/erasures', { assetIds: [await scene().upload({ explicit: 0.1 })] }],
  'PersonsController.invite': () =>
    Promise.resolve(['/api/persons', { name: 'new@example.org', displayName: 'New', role: 'senior' }]),
  'PersonsController.change': async () => [`/api/persons/${await person()}`, { role: 'senior' }],
  'PersonsController.reset': async () => [`/api/persons/${await person()}/reset`],
  'PersonsController.signOut': async () => [`/api/persons/${await person()}/sessions`],
};
/** These need a browser, and have a test of their own. */
const SIGN_IN = ['SessionController.begin', 'SessionController.end', 'SessionController.password'];

describe('every route that may change something', () => {
  it('is known here', () => {
    const unsafe = routesOf(built.app).filter(isUnsafe);
    const told = unsafe.filter(({ handler }) => Reflect.getMetadata(ACT, handler) !== 'reads only');
    expect(told.map(({ name }) => name).sort()).toEqual([...Object.keys(CALLS), ...SIGN_IN].sort());
    const silent = unsafe.filter((route) => !told.includes(route)).map(({ name }) => name);
    expect(silent.sort()).toEqual([
      'BanksController.ask',
      'BulkDecisionsController.preview',
      'ThresholdsController.preview',
    ]);
  });

  it.each(Object.keys(CALLS))('%s leaves one row, and nothing without it', async (name) => {
    const route = routesOf(built.app).find((one) => one.name === name);
    const method = route?.method ?? '';
    const call = CALLS[name];
    if (call === undefined) throw new Error('there is a call of each name');
    const [path, body] = await call();
    await replaysEnded();
    const before = await rows();
    const send = () => {
      const type = typeof body === 'string' ? 'text/plain' : 'application/json';
      return scene().ask('chief', method, path, body, type);
    };

    const all = await everything();
    await scene().rows(`ALTER TABLE audit ADD CONSTRAINT no_more CHECK (false) NOT VALID`);
    expect((await send()).status).toBe(500);
    await scene().rows(`ALTER TABLE audit DROP CONSTRAINT no_more`);
    expect(await everything()).toEqual(all);

    const { status } = await send();
    expect([name, status < 300]).toEqual([name, true]);
    const [row, ...older] = await rows();
    expect(older).toEqual(before);
    expect(row).toMatchObject({ actorKind: 'key', actor: 'chief', role: 'admin' });
    expect(row?.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(row?.subjectId === null).toBe(name.startsWith('DeadLetters'));
    for (const text of ASSET_TEXTS) expect(JSON.stringify(row)).not.toContain(text);
  });

  it('leaves no row when it is refused', async () => {
    const before = await rows();
    for (const [method, path, body] of [
      ['POST', '/api/clients', { name: 'another' }],
      ['POST', '/api/clients', { name: 7 }],
      ['POST', '/api/policies/x/publish', undefined],
      ['POST', '/api/policies/999999999999/publish', undefined],
      ['PATCH', '/api/banks/none', { distanceMax: 1 }],
    ] as const) {
      expect((await scene().ask('chief', method, path, body)).status).toBeGreaterThanOrEqual(400);
    }
    expect(await rows()).toEqual(before);
  });
});

describe('a row', () => {
  it('tells who changed what, from what, to what', async () => {
    const { id } = await ask<{ id: string }>('POST', '/api/clients', { name: 'told', assetsPerDay: 3 });
    await ask('PATCH', `/api/clients/${id}`, { assetsPerDay: 5 });
    const [changed, created] = await book().page({ subject: 'client', subjectId: id }, 10);
    expect(created).toMatchObject({ act: 'client.create', detail: { after: { name: 'told', assets_per_day: 3 } } });
    expect(changed?.detail).toEqual({ before: { assets_per_day: 3 }, after: { assets_per_day: 5 } });
  });

  it('names each case of a decision about many', async () => {
    const cases = [await openCase(), await openCase()];
    const reviews = cases.map((id) => ({ id, expectedRevision: 2 }));
    const { id } = await ask<{ id: string }>('POST', '/api/reviews/bulk', {
      reviews,
      verdict: 'block',
      policyLabel: 'sexual.explicit',
      ...BECAUSE,
    });
    const [row] = await book().page({ subject: 'bulk_decision', subjectId: id }, 1);
    const items = cases.map((one) => ({ id: one, outcome: 'changes' }));
    expect(row?.detail).toMatchObject({ came: { counts: { changes: 2, refused: 0 }, items } });
  });

  it('tells of signing in, of failing to, of another password and of signing out', async () => {
    const { person: made1, oneTimePassword } = await ask<{ person: { id: string }; oneTimePassword: string }>(
      'POST',
      '/api/persons',
      { name: 'gus', displayName: 'Gus', role: 'admin' },
    );
    const gus = browserAt(() => scene().url);
    const from = (await rows())[0]?.number ?? 0;
    await gus.ask('POST', '/api/session', { name: 'gus', password: 'my other password' });
    await gus.ask('POST', '/api/session', { name: 'hunter2 typed in the wrong field', password: 'x' });
    await gus.ask('POST', '/api/session', { name: 'gus', password: oneTimePassword });
    await gus.ask('POST', '/api/session/password', { current: oneTimePassword, next: 'a sentence of mine' });
    await gus.ask('POST', '/api/clients', { name: 'of-gus' });
    await gus.ask('DELETE', '/api/session');
    const told = await book().following({}, 100, from);
    expect(told.map(({ act, actorKind, actor, subjectId }) => [act, actorKind, actor, subjectId === made1.id])).toEqual(
      [
        ['session.refuse', 'nobody', '', true],
        ['session.refuse', 'nobody', '', false],
        ['session.begin', 'person', 'gus', false],
        ['person.change_password', 'person', 'gus', true],
        ['client.create', 'person', 'gus', false],
        ['session.end', 'person', 'gus', false],
      ],
    );
    const text = JSON.stringify(told);
    for (const secret of ['hunter2', 'my other password', oneTimePassword, 'a sentence', 'argon2']) {
      expect(text).not.toContain(secret);
    }
    expect(told.filter(({ subjectType }) => subjectType === 'session').every(({ subjectId }) => subjectId)).toBe(true);
  });
});

describe('the address of a sign-in', () => {
  it.each([
    ['the proxy’s word where that is trusted', () => `http://127.0.0.1:${port}`, '198.51.100.7'],
    ['not what a client says of itself', () => scene().url, '127.0.0.1'],
  ])('is %s', async (_, url, address) => {
    const body = { name: 'nobody', password: 'x' };
    await browserAt(url).ask('POST', '/api/session', body, { 'x-forwarded-for': '203.0.113.9, 198.51.100.7' });
    expect((await rows())[0]).toMatchObject({ act: 'session.refuse', detail: { address } });
  });
});

describe('the audit', () => {
  it('is read by filters, page by page, and exported as lines that carry their own proof', async () => {
    const all = await rows();
    const seen: number[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const at: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page: AuditPage = await ask('GET', `/api/audit?actor=chief&limit=7${at}`);
      seen.push(...page.items.map(({ number }) => number));
      cursor = page.next;
    }
    expect(seen).toEqual(all.filter(({ actor }) => actor === 'chief').map(({ number }) => number));
    const since = all[3]?.at ?? '';
    expect((await ask<AuditPage>('GET', `/api/audit?since=${since}`)).items).toHaveLength(4);
    const drafts = await ask<AuditPage>('GET', '/api/audit?act=policy.draft&subject=policy');
    expect(new Set(drafts.items.map(({ act }) => act))).toEqual(new Set(['policy.draft']));
    expect((await scene().ask('anna', 'GET', '/api/audit')).status).toBe(403);
    expect((await scene().ask('anna', 'GET', '/api/audit/export')).status).toBe(403);

    const response = await fetch(`${scene().url}/api/audit/export`, {
      headers: { authorization: `Bearer ${secretOf('chief')}` },
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'application/x-ndjson; charset=utf-8',
    ]);
    const lines = (await response.text()).trimEnd().split('\n');
    const exported = lines.map((line) => JSON.parse(line) as AuditRowAnswer);
    expect(exported).toEqual([...all].reverse());
    for (const row of exported) expect(hashOfExported(row)).toBe(row.hash);
  });

  it('is one chain, also when many write to it at once', async () => {
    const before = (await book().head()).number;
    await Promise.all(Array.from({ length: 30 }, (_, n) => ask('POST', '/api/clients', { name: `at-once-${n}` })));
    expect((await book().head()).number).toBe(before + 30);
    expect(await verifyAudit(book())).toMatchObject({ rows: before + 30, faultCount: 0 });
  });

  it.each([
    `UPDATE audit SET actor = 'somebody else'`,
    `UPDATE audit SET actor = actor WHERE false`,
    `DELETE FROM audit WHERE number = 1`,
    `TRUNCATE audit`,
    `UPDATE audit_head SET number = 1`,
    `DELETE FROM audit_head`,
    `TRUNCATE audit_head`,
    `INSERT INTO audit_head (one, number, hash) VALUES (true, 1, '')`,
  ])('refuses %s', async (statement) => {
    await expect(scene().rows(statement)).rejects.toThrow('the audit is never edited');
  });

  it.each<[string, string, string]>([
    ['a row that was changed', `UPDATE audit SET actor = 'somebody else' WHERE number = 3`, 'row 3 was changed'],
    ['a detail that was changed', `UPDATE audit SET detail = '{}' WHERE number = 4`, 'row 4 was changed'],
    ['a row that was taken out', `DELETE FROM audit WHERE number = 5`, 'row 6 follows a gap of 1'],
    [
      'a row whose hash was made anew',
      `UPDATE audit a SET actor = 'x', hash = audit_hash_of(ROW(a.number, a.at, a.actor_kind, a.actor_id, 'x', a.role, a.act,
         a.subject_type, a.subject_id, a.request_id, a.detail, a.previous, a.hash)::audit) WHERE number = 6`,
      'row 7 does not follow from the row before',
    ],
    ['an end that was cut off', `DELETE FROM audit WHERE number > (SELECT max(number) - 2 FROM audit)`, 'are gone'],
    [
      'an end that was cut off with what says where it was',
      `DELETE FROM audit WHERE number > (SELECT max(number) - 2 FROM audit); DELETE FROM audit_head`,
      'what says where the chain ends is gone',
    ],
    ['that all is gone', `DELETE FROM audit; DELETE FROM audit_head`, 'what says where the chain ends is gone'],
    ['rows behind the end', `UPDATE audit_head SET number = number - 2`, 'are behind the end of the chain'],
    [
      'a row before the first one',
      `INSERT INTO audit SELECT -7, at, actor_kind, actor_id, 'ghost', role, act, subject_type, subject_id, request_id,
         detail, previous, hash FROM audit WHERE number = 1`,
      'row -7 is before the first one',
    ],
  ])('shows %s by whoever may switch the triggers off', async (_, statement, fault) => {
    const known = await book().head();
    const runner = scene().database.createQueryRunner();
    try {
      await runner.startTransaction();
      await runner.query(`SET LOCAL session_replication_role = 'replica'`);
      await runner.query(statement);
      const inside = new AuditStore(scene().database);
      const query = runner.query.bind(runner);
      Object.assign(inside, { database: { query } });
      const { faults, head } = await verifyAudit(inside);
      const shown = await inside.page({}, 1_000);
      expect(shown.filter(({ number }) => number < 1 || (head.hash !== '' && number > head.number))).toEqual([]);
      expect(faults.map((one) => `row ${one.number} ${one.fault}`).join('\n')).toContain(fault);
    } finally {
      await runner.rollbackTransaction();
      await runner.release();
    }
    expect(await verifyAudit(book(), { known })).toMatchObject({ faultCount: 0 });
    const other = { number: known.number, hash: 'ab'.repeat(32) };
    expect(await verifyAudit(book(), { known: other })).toMatchObject({ faultCount: 1 });
  });
});

/** As docs/console.md tells others to work it out. */
function hashOfExported(row: AuditRowAnswer): string {
  const [seconds = '', micros = ''] = row.at.replace('Z', '').split('.');
  const fields = [
    String(row.number),
    `${Date.parse(`${seconds}Z`) / 1_000}${micros}`,
    ...[row.actorKind, row.actorId, row.actor, row.role, row.act, row.subjectType, row.subjectId, row.requestId],
    JSON.stringify(row.detail),
    row.previous,
  ];
  const framed = fields.map((field) => (field === null ? '-' : `${Buffer.byteLength(field)}:${field}`)).join('');
  return createHash('sha256').update(framed).digest('hex');
}
