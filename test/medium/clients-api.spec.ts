import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import type {
  ClientAnswer,
  ClientDetailAnswer,
  ClientNames,
  ClientPage,
  KeyAnswer,
  KeyPage,
  NewKeyAnswer,
  RotatedKeyAnswer,
} from '#contracts/client-answer.js';
import type { ProblemBody } from '#contracts/problems.js';
import { AccessStore } from '#persistence/access-store.js';
import { EventStreamStore } from '#persistence/event-stream-store.js';
import { eventually } from '../support/eventually.js';
import { NOON, sceneForAll, secretOf } from './console-scene.js';

const scene = sceneForAll();
const HOUR_MS = 3_600_000;
const FAR = '2099-01-01T00:00:00.000Z';

async function admin<T>(method: string, path: string, body?: unknown, status = 200): Promise<T> {
  const answer = await scene().ask<T>('chief', method, path, body);
  if (answer.status !== status) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** What the console says to the bearer of a key. */
const seen = async (secret: string): Promise<number> => {
  const response = await fetch(`${scene().url}/api/keys`, { headers: { authorization: `Bearer ${secret}` } });
  await response.body?.cancel();
  return response.status;
};

const newAdmin = (holder: string, more: object = {}): Promise<NewKeyAnswer> =>
  admin('POST', '/api/keys', { role: 'admin', holder, ...more }, 201);

describe('clients', () => {
  it('are made with limits or without, changed, listed and shown', async () => {
    const made = await admin<ClientAnswer>('POST', '/api/clients', { name: 'press', assetsPerDay: 100 }, 201);
    expect(made).toMatchObject({ name: 'press', uploadsPerMinute: null, assetsPerDay: 100, keysActive: 0 });
    const changed = await admin<ClientAnswer>('PATCH', `/api/clients/${made.id}`, { uploadsPerMinute: 60 });
    expect(changed).toEqual({ ...made, uploadsPerMinute: 60 });
    expect(await admin('PATCH', `/api/clients/${made.id}`, { assetsPerDay: null })).toEqual({
      ...changed,
      assetsPerDay: null,
    });
    expect(await admin('PATCH', `/api/clients/${made.id}`, { retentionDays: 30 })).toMatchObject({ retentionDays: 30 });
    const first = await admin<ClientPage>('GET', '/api/clients?limit=1');
    expect(first.items.map(({ name }) => name)).toEqual(['press']);
    const second = await admin<ClientPage>('GET', `/api/clients?limit=50&cursor=${first.next ?? ''}`);
    expect(second).toMatchObject({ items: [{ name: 'shop', keysActive: 1 }], next: null });
  });

  it('tell how much they have sent today', async () => {
    const { items } = await admin<ClientPage>('GET', '/api/clients');
    const shop = items.find(({ name }) => name === 'shop')?.id ?? '';
    const sentToday = async (): Promise<number> =>
      (await admin<ClientDetailAnswer>('GET', `/api/clients/${shop}`)).assetsToday;
    scene().nowMs = Date.now();
    await scene().upload({});
    await scene().upload({});
    expect(await sentToday()).toBe(2);
    scene().nowMs += 24 * HOUR_MS;
    expect(await sentToday()).toBe(0);
    scene().nowMs = NOON;
  });

  it.each([
    ['a name that is taken', { name: 'shop' }, 409, undefined],
    ['a name that is none', { name: 'my shop' }, 400, '/name'],
    ['no name', {}, 400, '/name'],
    ['a limit of nothing', { name: 'x', uploadsPerMinute: 0 }, 400, '/uploadsPerMinute'],
    ['a limit that is no number', { name: 'x', assetsPerDay: '5' }, 400, '/assetsPerDay'],
    ['a time that is longer than anything is kept', { name: 'x', retentionDays: 36_501 }, 400, '/retentionDays'],
    ['a field that there is not', { name: 'x', quota: 5 }, 400, '/quota'],
  ])('are not made with %s', async (_what, body, status, pointer) => {
    const { errors } = await admin<ProblemBody>('POST', '/api/clients', body, status);
    expect(errors?.[0]?.pointer).toBe(pointer);
  });
});

describe('keys', () => {
  it('are shown once, work at once, and are listed by their beginning', async () => {
    const { key, secret } = await admin<NewKeyAnswer>(
      ...(['POST', '/api/keys', { client: 'shop', scopes: ['read'] }, 201] as const),
    );
    expect(key).toMatchObject({ role: 'client', client: 'shop', holder: 'shop', scopes: ['read'], active: true });
    expect(secret.startsWith(key.prefix)).toBe(true);
    expect(await new AccessStore(scene().database).principal(secret)).toMatchObject({
      keyId: key.id,
      limits: { uploadsPerMinute: null, assetsPerDay: null },
    });
    const page = await admin<KeyPage>('GET', `/api/keys?clientId=${key.clientId ?? ''}&limit=1`);
    expect(page).toEqual({ items: [key], next: key.id });
    expect(JSON.stringify(await admin<KeyPage>('GET', '/api/keys'))).not.toContain(secret);
  });

  it('do what admins do with the scope `admin`, which is an admin’s and stands alone', async () => {
    const { key, secret } = await admin<NewKeyAnswer>(
      ...(['POST', '/api/keys', { holder: 'ops', scopes: ['admin'] }, 201] as const),
    );
    expect(key).toMatchObject({ role: 'admin', holder: 'ops', client: null, scopes: ['admin'] });
    expect((await newAdmin('gina')).key.scopes).toEqual(['admin']);
    expect(await seen(secret)).toBe(200);
    // whatever else is written there
    const write = (statement: string): Promise<unknown> => scene().rows(statement, [key.id]);
    await expect(write(`UPDATE api_key SET scopes = '{upload}' WHERE id = $1`)).rejects.toThrow('check constraint');
    await expect(write(`UPDATE api_key SET role = 'moderator' WHERE id = $1`)).rejects.toThrow('check constraint');
  });

  it('are rotated: both work for a while, the old one until its overlap ends', async () => {
    const old = await newAdmin('dora', { expiresAt: FAR });
    const before = Date.now();
    const rotated = await admin<RotatedKeyAnswer>('POST', `/api/keys/${old.key.id}/rotate`, {}, 201);
    expect(rotated.key).toMatchObject({ role: 'admin', holder: 'dora', expiresAt: FAR, replacedBy: null });
    expect(rotated.replaced).toMatchObject({ id: old.key.id, active: true, replacedBy: rotated.key.id });
    const endsMs = Date.parse(rotated.replaced.expiresAt ?? '');
    expect(Math.abs(endsMs - before - 24 * HOUR_MS)).toBeLessThan(60_000);
    expect([await seen(old.secret), await seen(rotated.secret)]).toEqual([200, 200]);

    const { detail } = await admin<ProblemBody>('POST', `/api/keys/${old.key.id}/rotate`, {}, 409);
    expect(detail).toContain('replaced already');
    const once = await admin<RotatedKeyAnswer>('POST', `/api/keys/${rotated.key.id}/rotate`, { overlapHours: 0 }, 201);
    expect(once.replaced.active).toBe(false);
    await eventually('the replaced key works no more', async () => (await seen(rotated.secret)) === 401);
    expect([await seen(old.secret), await seen(once.secret)]).toEqual([200, 200]);
  });

  it('are rotated once, however many ask at the same time', async () => {
    const { key } = await newAdmin('hans');
    const rotate = async (): Promise<number> =>
      (await scene().ask('chief', 'POST', `/api/keys/${key.id}/rotate`, {})).status;
    expect((await Promise.all([rotate(), rotate(), rotate()])).sort()).toEqual([201, 409, 409]);
  });

  it('that are revoked work for five seconds at most, and stay revoked', async () => {
    const { key, secret } = await newAdmin('emil');
    expect(await seen(secret)).toBe(200);
    const revoked = await admin<KeyAnswer>('POST', `/api/keys/${key.id}/revoke`);
    expect(revoked).toMatchObject({ active: false, revokedAt: expect.any(String) });
    await eventually('it works no more', async () => (await seen(secret)) === 401);
    expect(await admin('POST', `/api/keys/${key.id}/revoke`)).toMatchObject({
      revokedAt: revoked.revokedAt,
    });
    const { detail } = await admin<ProblemBody>('POST', `/api/keys/${key.id}/rotate`, {}, 409);
    expect(detail).toContain('revoked');
  });

  it('expire', async () => {
    const { key, secret } = await newAdmin('fritz', { expiresAt: FAR });
    await scene().rows(`UPDATE api_key SET expires_at = now() WHERE id = $1`, [key.id]);
    expect(await seen(secret)).toBe(401);
    expect(await new EventStreamStore(scene().database).goodKeys([key.id])).toEqual([]);
    const { items } = await admin<KeyPage>('GET', '/api/keys?limit=500');
    expect(items.find(({ id }) => id === key.id)).toMatchObject({ active: false, revokedAt: null });
  });

  it.each([
    ['a client that there is not', { client: 'nobody' }, '/client'],
    ['no client', {}, '/client'],
    ['no holder', { role: 'moderator' }, '/holder'],
    ['a client for a person', { role: 'admin', holder: 'x', client: 'shop' }, '/client'],
    ['another scope for an admin', { role: 'admin', holder: 'x', scopes: ['admin', 'read'] }, '/scopes'],
    ['a scope for a moderator', { role: 'moderator', holder: 'x', scopes: ['admin'] }, '/scopes'],
    ['an admin’s scope for a client', { role: 'client', client: 'shop', scopes: ['read', 'admin'] }, '/scopes'],
    ['no scope', { client: 'shop', scopes: [] }, '/scopes'],
    ['a scope that is none', { client: 'shop', scopes: ['all'] }, '/scopes'],
    ['a scope twice', { client: 'shop', scopes: ['read', 'read'] }, '/scopes'],
    ['a time that has passed', { client: 'shop', expiresAt: '2020-01-01T00:00:00Z' }, '/expiresAt'],
    ['null for what it may do', { client: 'shop', scopes: null }, '/scopes'],
    ['null for its end', { client: 'shop', expiresAt: null }, '/expiresAt'],
    ['a time that is none', { client: 'shop', expiresAt: 'soon' }, '/expiresAt'],
    ['a role that is none', { client: 'shop', holder: 'x', role: 'root' }, '/role'],
  ])('are not made with %s', async (_what, body, pointer) => {
    const { errors } = await admin<ProblemBody>('POST', '/api/keys', body, 400);
    expect([...new Set(errors?.map((fault) => fault.pointer))]).toEqual([pointer]);
  });

  it('are not rotated with null for their end', async () => {
    const { errors } = await admin<ProblemBody>('POST', `/api/keys/${NOBODY}/rotate`, { expiresAt: null }, 400);
    expect(errors?.map((fault) => fault.pointer)).toEqual(['/expiresAt']);
  });

  it.each([-1, 1.5, 721])('are not rotated with an overlap of %s', async (overlapHours) => {
    const { errors } = await admin<ProblemBody>('POST', `/api/keys/${NOBODY}/rotate`, { overlapHours }, 400);
    expect(errors?.map((fault) => fault.pointer)).toEqual(['/overlapHours']);
  });
});

describe('when a key was last used', () => {
  it('is written once a minute at most', async () => {
    const access = new AccessStore(scene().database);
    const { key } = await newAdmin('gerd');
    const lastUsed = async (): Promise<string | null | undefined> => {
      const { items } = await admin<KeyPage>('GET', '/api/keys?limit=500');
      return items.find(({ id }) => id === key.id)?.lastUsedAt;
    };
    expect(await lastUsed()).toBeNull();
    await access.keysUsed([key.id]);
    const first = await lastUsed();
    expect(Math.abs(Date.parse(first ?? '') - Date.now())).toBeLessThan(60_000);
    await access.keysUsed([key.id]);
    expect(await lastUsed()).toBe(first);
    await scene().rows(`UPDATE api_key SET last_used_at = now() - interval '61 seconds' WHERE id = $1`, [key.id]);
    await access.keysUsed([key.id]);
    expect(Date.parse((await lastUsed()) ?? '')).toBeGreaterThan(Date.parse(first ?? '') - 1_000);
  });
});

const NOBODY = '01890a5d-ac96-774b-bcce-b302099a8057';

describe('clients, to those who choose one,', () => {
  it('are named, in order, to seniors too, who learn nothing else of them', async () => {
    await new AccessStore(scene().database).addKey({
      secret: secretOf('sue'),
      role: 'senior',
      clientId: null,
      holder: 'sue',
      scopes: [],
    });
    for (const name of ['zoo', 'archive', 'Bakery']) await scene().ask('chief', 'POST', '/api/clients', { name });
    const names = async (query: string): Promise<ClientNames> =>
      (await scene().ask<ClientNames>('sue', 'GET', `/api/client-names${query}`)).body;
    const { items, next } = await names('');
    const all = items.map(({ name }) => name);
    expect([all.includes('zoo'), all.includes('shop'), next]).toEqual([true, true, null]);
    expect(all.indexOf('archive')).toBeLessThan(all.indexOf('zoo'));
    expect(new Set(items.flatMap((one) => Object.keys(one)))).toEqual(new Set(['id', 'name']));
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: ClientNames = await names(`?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.items.map(({ name }) => name));
      cursor = page.next;
    }
    expect(seen).toEqual(all);
    for (const query of ['cursor=', 'cursor=%00', 'limit=0', 'limit=1001']) {
      expect((await scene().ask('sue', 'GET', `/api/client-names?${query}`)).status).toBe(400);
    }
    expect((await scene().ask('sue', 'GET', '/api/clients')).status).toBe(403);
  });
});
