import 'reflect-metadata';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import type { InvitedPersonAnswer, PersonAnswer, PersonSessionList } from '#contracts/person-answer.js';
import type { SessionAnswer } from '#contracts/sign-in-answer.js';
import { AuditStore } from '#persistence/audit-store.js';
import { PersonStore } from '#persistence/person-store.js';
import { SessionStore } from '#persistence/session-store.js';
import { eventually } from '../support/eventually.js';
import { browserAt, type Browser } from '../support/signed-in.js';
import { sceneForAll } from './console-scene.js';

const scene = sceneForAll();
const PASSWORD = 'correct horse battery';
let names = 0;

const browser = (): Browser => browserAt(() => scene().url);

interface Somebody {
  readonly id: string;
  readonly name: string;
  readonly browser: Browser;
}

/** A person who has chosen a password, signed in. */
async function somebody(role: string, password = PASSWORD): Promise<Somebody> {
  const name = `person-${(names += 1)}@example.org`;
  const { body } = await scene().ask<InvitedPersonAnswer>('chief', 'POST', '/api/persons', {
    name,
    displayName: `Person ${names}`,
    role,
  });
  const own = browser();
  await own.ask('POST', '/api/session', { name, password: body.oneTimePassword });
  await own.ask('POST', '/api/session/password', { current: body.oneTimePassword, next: password });
  return { id: body.person.id, name, browser: own };
}

const LIMITS = { absoluteMs: 60_000, idleMs: 60_000 };

/** The id of the one session of a person. */
async function sessionOf(personId: string): Promise<string> {
  const [row] = await scene().rows<{ id: string }>(`SELECT id FROM person_session WHERE person_id = $1`, [personId]);
  if (row === undefined) throw new Error('not signed in');
  return row.id;
}

const signIn = (at: Browser, name: string, password: string, more = {}) =>
  at.ask<SessionAnswer & { code?: string }>('POST', '/api/session', { name, password }, more);

describe('signing in', () => {
  it('works once with a password that was given out, which allows nothing but to choose another', async () => {
    const invited = await scene().ask<InvitedPersonAnswer>('chief', 'POST', '/api/persons', {
      name: ' Ｅva@Example.org ',
      displayName: 'Eva',
      role: 'moderator',
    });
    expect(invited.status).toBe(201);
    const { oneTimePassword, person } = invited.body;
    expect(person).toMatchObject({ name: 'eva@example.org', mustChangePassword: true, createdBy: 'chief' });
    const eva = browser();
    const answer = await signIn(eva, 'eva@EXAMPLE.org', oneTimePassword);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ kind: 'person', role: 'moderator', mustChangePassword: true });
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^__Host-portcullis=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict; Max-Age=43200$/);
    expect((await eva.ask('GET', '/api/reviews')).body).toMatchObject({ code: 'password-change-needed' });
    const next = { current: oneTimePassword, next: PASSWORD };
    expect((await eva.ask('POST', '/api/session/password', { ...next, next: oneTimePassword })).status).toBe(400);
    expect((await eva.ask('POST', '/api/session/password', { ...next, next: `x eva@example.org` })).status).toBe(400);
    expect((await eva.ask('POST', '/api/session/password', { ...next, current: 'another' })).status).toBe(401);
    expect((await eva.ask('POST', '/api/session/password', next)).status).toBe(204);
    expect((await eva.ask('GET', '/api/reviews')).status).toBe(200);
    expect((await signIn(browser(), 'eva@example.org', oneTimePassword)).status).toBe(401);
    expect((await signIn(browser(), 'eva@example.org', PASSWORD)).status).toBe(200);
  });

  it('keeps neither passwords nor tokens', async () => {
    const { browser: own } = await somebody('moderator');
    const token = own.cookie.split('=')[1] ?? '';
    const [row] = await scene().rows<{ kept: string }>(
      `SELECT json_agg(s)::text AS kept FROM person_session s WHERE token_sha256 = $1`,
      [createHash('sha256').update(token).digest()],
    );
    expect(row?.kept).toContain('person_id');
    expect(row?.kept).not.toContain(token);
    const persons = await scene().rows<{ password_hash: string }>(`SELECT password_hash FROM person`);
    for (const { password_hash: hash } of persons) {
      expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    }
  });

  it('takes what looks the same for the same, however it was typed', async () => {
    const composed = 'Crème brûlée Å 12';
    const { name } = await somebody('moderator', composed);
    expect((await signIn(browser(), name, composed.normalize('NFD'))).status).toBe(200);
    expect((await signIn(browser(), name.toUpperCase(), composed.replace('1', '１'))).status).toBe(200);
    expect((await signIn(browser(), name, composed.toLowerCase())).status).toBe(401);
  });

  it('bounds names and passwords before it works on them', async () => {
    const { name } = await somebody('moderator', 'x'.repeat(200));
    expect((await signIn(browser(), name, 'x'.repeat(200))).status).toBe(200);
    for (const password of ['', 'x'.repeat(201), 'x'.repeat(100_000), 17, null, '\ud800', ['x']]) {
      const answer = await browser().ask('POST', '/api/session', { name, password });
      expect([typeof password, answer.status]).toEqual([typeof password, 400]);
    }
    expect((await browser().ask('POST', '/api/session', { name: 'x'.repeat(201), password: 'x' })).status).toBe(400);
  });

  it('answers alike for nobody, a wrong password, somebody disabled and a password that is too old', async () => {
    const [disabled, late, fine] = [
      await somebody('moderator'),
      await somebody('moderator'),
      await somebody('moderator'),
    ];
    await scene().ask('chief', 'PATCH', `/api/persons/${disabled.id}`, { disabled: true });
    await scene().rows(`UPDATE person SET password_until = now() - interval '1 second' WHERE id = $1`, [late.id]);
    const answers = [
      await signIn(browser(), 'nobody@example.org', PASSWORD),
      await signIn(browser(), 'no name at all!', PASSWORD),
      await signIn(browser(), fine.name, 'not the password'),
      await signIn(browser(), disabled.name, PASSWORD),
      await signIn(browser(), late.name, PASSWORD),
    ].map(({ status, body }) => ({ status, body: { ...body, instance: '' } }));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toMatchObject({ status: 401, body: { code: 'sign-in-failed' } });
  });

  it('stops guesses that come all at once, and tells when to come again', async () => {
    const { name } = await somebody('moderator');
    const guesses = Array.from({ length: 40 }, (_, n) => signIn(browser(), name, `guess number ${n}`));
    const answers = await Promise.all(guesses);
    const tried = answers.filter(({ status }) => status === 401);
    expect(tried.length).toBeLessThanOrEqual(5);
    const stopped = answers.find(({ body }) => body.code === 'too-many-sign-ins');
    expect(stopped?.status).toBe(429);
    expect(Number(stopped?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await signIn(browser(), name, PASSWORD)).status).toBe(429);
  });
});

describe('a session', () => {
  it('has another token after each sign-in, whatever cookie came with it', async () => {
    const { name, browser: own } = await somebody('moderator');
    const before = own.cookie;
    await signIn(own, name, PASSWORD);
    expect(own.cookie).not.toBe(before);
    const old = browser();
    old.cookie = before;
    expect((await old.ask('GET', '/api/session')).status).toBe(401);
    const planted = `__Host-portcullis=${randomBytes(32).toString('base64url')}`;
    const victim = browser();
    victim.cookie = planted;
    await signIn(victim, name, PASSWORD);
    expect(victim.cookie).not.toBe(planted);
    const attacker = browser();
    attacker.cookie = planted;
    expect((await attacker.ask('GET', '/api/session')).status).toBe(401);
  });

  it.each([
    ['no cookie', ''],
    ['an empty one', '__Host-portcullis='],
    ['one that nobody was given', `__Host-portcullis=${'A'.repeat(43)}`],
    ['a long one', `__Host-portcullis=${'A'.repeat(4_000)}`],
    ['SQL', `__Host-portcullis=' OR '1'='1`],
    ['one of a lower place', `portcullis=${'A'.repeat(43)}`],
  ])('is none with %s', async (_, cookie) => {
    const forger = browser();
    forger.cookie = cookie;
    expect((await forger.ask('GET', '/api/session')).status).toBe(401);
    expect((await forger.ask('GET', '/api/reviews')).status).toBe(401);
  });

  it('is none when several cookies say different things', async () => {
    const { browser: own } = await somebody('moderator');
    own.cookie = `${own.cookie}; __Host-portcullis=${'A'.repeat(43)}`;
    expect((await own.ask('GET', '/api/session')).status).toBe(401);
  });

  it('ends at sign-out, and with it nobody else’s', async () => {
    const { name, browser: own } = await somebody('moderator');
    const other = browser();
    await signIn(other, name, PASSWORD);
    const token = own.cookie;
    expect((await own.ask('DELETE', '/api/session')).status).toBe(204);
    expect(own.cookie).toBe('');
    own.cookie = token;
    expect((await own.ask('GET', '/api/session')).status).toBe(401);
    expect((await other.ask('GET', '/api/session')).status).toBe(200);
  });

  it('ends when it is idle for too long, and at its end', async () => {
    const { id, browser: own } = await somebody('moderator');
    await scene().rows(`UPDATE person_session SET seen_at = now() - interval '59 minutes' WHERE person_id = $1`, [id]);
    expect((await own.ask('GET', '/api/session')).status).toBe(200);
    const [seen] = await scene().rows<{ fresh: boolean }>(
      `SELECT seen_at > now() - interval '1 minute' AS fresh FROM person_session WHERE person_id = $1`,
      [id],
    );
    expect(seen?.fresh).toBe(true);
    await scene().rows(`UPDATE person_session SET seen_at = now() - interval '61 minutes' WHERE person_id = $1`, [id]);
    expect((await own.ask('GET', '/api/session')).status).toBe(401);
    await scene().rows(`UPDATE person_session SET seen_at = now(), expires_at = now() WHERE person_id = $1`, [id]);
    expect((await own.ask('GET', '/api/session')).status).toBe(401);
  });

  it('goes on through a change of password while all others of the person end', async () => {
    const { name, browser: own } = await somebody('moderator');
    const other = browser();
    await signIn(other, name, PASSWORD);
    const before = own.cookie;
    expect(
      (await own.ask('POST', '/api/session/password', { current: PASSWORD, next: 'another sentence' })).status,
    ).toBe(204);
    expect(own.cookie).not.toBe(before);
    expect((await own.ask('GET', '/api/session')).status).toBe(200);
    expect((await other.ask('GET', '/api/session')).status).toBe(401);
  });
});

describe('what the stores keep when two act at once', () => {
  it('a reset is not undone by a change of password that was under way', async () => {
    const { id: personId, name } = await somebody('moderator');
    const { database } = scene();
    const persons = new PersonStore(database);
    const from = (await persons.credentials(name))?.passwordHash ?? '';
    const sessionId = await sessionOf(personId);
    expect((await scene().ask('chief', 'POST', `/api/persons/${personId}/reset`)).status).toBe(200);
    const given = (await persons.credentials(name))?.passwordHash;
    expect(await persons.choosePassword({ personId, sessionId, from, to: 'theirs' })).toBe(false);
    expect((await persons.credentials(name))?.passwordHash).toBe(given);
    expect(await new SessionStore(database, LIMITS).rotate(sessionId, 'x')).toBe(false);
  });

  it('a person who is disabled gets no other password', async () => {
    const { id: personId, name } = await somebody('moderator');
    const persons = new PersonStore(scene().database);
    const from = (await persons.credentials(name))?.passwordHash ?? '';
    await scene().rows(`UPDATE person SET disabled_at = now() WHERE id = $1`, [personId]);
    const sessionId = await sessionOf(personId);
    expect(await persons.choosePassword({ personId, sessionId, from, to: 'theirs' })).toBe(false);
  });

  it('ends the old session of whoever signs in behind a change of the person, which ends it too', async () => {
    const { id, name, browser: own } = await somebody('moderator');
    const runner = scene().database.createQueryRunner();
    try {
      await runner.startTransaction();
      await runner.query(`SELECT 1 FROM person WHERE id = $1 FOR NO KEY UPDATE`, [id]);
      const answer = signIn(own, name, PASSWORD);
      await eventually('the sign-in waits for the person', async () => {
        const waiting = await scene().rows(`SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database
          WHERE NOT l.granted AND d.datname = current_database()
          UNION ALL SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'transactionid'`);
        return waiting.length > 0;
      });
      await runner.query(`DELETE FROM person_session WHERE person_id = $1`, [id]);
      await runner.commitTransaction();
      expect((await answer).status).toBe(200);
    } finally {
      await runner.release();
    }
  });

  it('remembers from where a name has signed in, and may do so behind an old cookie', async () => {
    const { name, browser: own } = await somebody('moderator');
    const other = await somebody('moderator');
    const ended = await sessionOf(other.id);
    own.cookie = other.browser.cookie;
    expect((await signIn(own, name, PASSWORD)).status).toBe(200);
    expect((await other.browser.ask('GET', '/api/session')).status).toBe(401);
    const [row] = await scene().rows<{ detail: unknown }>(`SELECT detail FROM audit ORDER BY number DESC LIMIT 1`);
    expect(row?.detail).toMatchObject({ ended: [ended], address: '127.0.0.1' });
    const store = new AuditStore(scene().database);
    expect(await store.hasSignedIn(name, '127.0.0.1')).toBe(true);
    expect(await store.hasSignedIn(name, '127.0.0.2')).toBe(false);
    expect(await store.hasSignedIn('nobody', '127.0.0.1')).toBe(false);
  });
});

describe('who may do what', () => {
  it('follows a demotion, a disabling and a reset in mid-session, at the next request', async () => {
    await somebody('admin');
    const { id, browser: own } = await somebody('admin');
    expect((await own.ask('GET', '/api/persons')).status).toBe(200);
    await scene().ask('chief', 'PATCH', `/api/persons/${id}`, { role: 'moderator' });
    expect((await own.ask('GET', '/api/persons')).status).toBe(403);
    expect((await own.ask('POST', '/api/clients', { name: 'x' })).status).toBe(403);
    expect((await own.ask('GET', '/api/reviews')).status).toBe(200);
    await scene().ask('chief', 'PATCH', `/api/persons/${id}`, { disabled: true });
    expect((await own.ask('GET', '/api/reviews')).status).toBe(401);
    await scene().ask('chief', 'PATCH', `/api/persons/${id}`, { disabled: false });
    expect((await own.ask('GET', '/api/reviews')).status).toBe(401);

    const another = await somebody('senior');
    expect((await another.browser.ask('GET', '/api/reviews')).status).toBe(200);
    expect((await another.browser.ask('GET', '/api/costs')).status).toBe(403);
    expect((await scene().ask('chief', 'POST', `/api/persons/${another.id}/reset`)).status).toBe(200);
    expect((await another.browser.ask('GET', '/api/reviews')).status).toBe(401);
  });

  it('lets admins see and end the sessions of others', async () => {
    const { id, browser: own } = await somebody('moderator');
    const { body } = await scene().ask<PersonSessionList>('chief', 'GET', `/api/persons/${id}/sessions`);
    expect(body.items).toHaveLength(1);
    expect(body.items[0]).not.toHaveProperty('tokenSha256');
    expect((await scene().ask('chief', 'DELETE', `/api/persons/${id}/sessions`)).body).toEqual({ ended: 1 });
    expect((await own.ask('GET', '/api/session')).status).toBe(401);
  });

  it('keeps the last admin, also when two demote each other at the same time', async () => {
    await scene().rows(`UPDATE person SET role = 'moderator'`);
    const [one, two] = [await somebody('admin'), await somebody('admin')];
    const demote = (id: string) =>
      scene().ask<PersonAnswer>('chief', 'PATCH', `/api/persons/${id}`, { role: 'senior' });
    const statuses = (await Promise.all([demote(one.id), demote(two.id)])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 409]);
    const [last] = await scene().rows<{ id: string }>(`SELECT id FROM person WHERE role = 'admin'`);
    const path = `/api/persons/${last?.id ?? ''}`;
    expect((await scene().ask('chief', 'PATCH', path, { disabled: true })).status).toBe(409);
    expect((await scene().ask('chief', 'PATCH', path, { displayName: 'The last' })).status).toBe(200);
    const other = await somebody('admin');
    await scene().rows(`UPDATE person SET password_until = now() - interval '1 second' WHERE id = $1`, [other.id]);
    expect((await demote(last?.id ?? '')).status).toBe(409);
  });

  it('tells a key who it is, and has nothing to sign it out of', async () => {
    expect((await scene().ask('anna', 'GET', '/api/session')).body).toMatchObject({ kind: 'key', name: 'anna' });
    expect((await scene().ask('anna', 'DELETE', '/api/session')).status).toBe(403);
  });
});

describe('another site', () => {
  let own: Browser;
  beforeEach(async () => {
    own = (await somebody('admin')).browser;
  });

  it.each<[string, Record<string, string | undefined>, number]>([
    ['a form of another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a page of a neighbouring host', { 'sec-fetch-site': 'same-site' }, 403],
    ['a page of this origin without our header', { 'x-portcullis-console': undefined }, 403],
    ['an old browser on another site', { 'sec-fetch-site': undefined, origin: 'https://evil.example' }, 403],
    ['an old browser in a sandbox', { 'sec-fetch-site': undefined, origin: 'null' }, 403],
    ['what a form can send', { 'content-type': 'text/plain' }, 415],
    ['what a form does send', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['the console’s own page', {}, 201],
  ])('%s', async (_, sent, status) => {
    const name = `made-${randomBytes(4).toString('hex')}`;
    const answer = await own.ask('POST', '/api/clients', JSON.stringify({ name }), sent);
    expect(answer.status).toBe(status);
    const made = await scene().rows(`SELECT 1 FROM client WHERE name = $1`, [name]);
    expect(made).toHaveLength(status === 201 ? 1 : 0);
  });

  it('signs nobody in, and nobody out', async () => {
    const foreign = { 'sec-fetch-site': 'cross-site' };
    expect((await signIn(browser(), 'x', 'y', foreign)).status).toBe(403);
    expect((await own.ask('DELETE', '/api/session', undefined, foreign)).status).toBe(403);
    expect((await own.ask('GET', '/api/session')).status).toBe(200);
  });

  it('may not frame, script or read what comes from here', async () => {
    for (const path of ['/api/session', '/health/live', '/nothing', '/']) {
      const { headers } = await own.ask('GET', path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});
