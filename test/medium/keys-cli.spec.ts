import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ROLES } from '#contracts/access.js';
import { AccessStore } from '#persistence/access-store.js';
import type { ListedKey } from '#persistence/key-store.js';
import { newSecret } from '#service/new-secret.js';
import { bootstrapKeys } from '../../apps/cli/up/bootstrap-keys.js';
import { NO_INSTALLATION, itSaysWhatIsWrong } from '../support/cli-faults.js';
import { migratedDatabase, type MigratedDatabase } from '../support/migrated-database.js';
import { runCli, type CliEnded } from '../support/run-cli.js';

let made: MigratedDatabase;
let access: AccessStore;
beforeAll(async () => {
  made = await migratedDatabase(2);
  access = new AccessStore(made.database);
});
afterAll(() => made.drop());

const keys = (args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<CliEnded> =>
  runCli(['keys', ...args], { DATABASE_URL: made.url, ...environment });

describe('portcullis keys', () => {
  it('makes keys that work, for the client of that name, and lists them without their secrets', async () => {
    const first = await keys(['create', '--client', 'shop', '--scopes', 'scores, upload,read', '--json']);
    const { secret, ...rest } = JSON.parse(first.out) as { secret: string };
    expect(rest).toEqual({ client: 'shop', scopes: ['upload', 'read', 'scores'] });
    const principal = await access.principal(secret);
    expect(principal).toMatchObject({ role: 'client', holder: 'shop', scopes: ['upload', 'read', 'scores'] });

    const second = await keys(['create', '--client', 'shop']);
    expect(second.error).toContain('upload, read. It is not shown again');
    const other = await access.principal(second.out.trim());
    expect(other).toMatchObject({ clientId: principal?.clientId, scopes: ['upload', 'read'] });

    const { out } = await keys(['list', '--json']);
    const listed = JSON.parse(out) as ListedKey[];
    expect(listed.map(({ id, client, scopes }) => ({ id, client, scopes }))).toEqual([
      { id: other?.keyId, client: 'shop', scopes: ['upload', 'read'] },
      { id: principal?.keyId, client: 'shop', scopes: ['upload', 'read', 'scores'] },
    ]);
    expect(out).not.toContain(secret);
    const table = (await keys(['list'])).out;
    expect(table).toContain(`${secret.slice(0, 12)}…`);
    expect(table).toContain('upload, read, scores');
  });

  it('makes keys of people, and keys that expire', async () => {
    const people = JSON.parse(
      (await keys(['create', '--role', 'moderator', '--holder', 'anna', '--expires', '2099-01-01T00:00:00Z', '--json']))
        .out,
    ) as { secret: string };
    expect(people).toMatchObject({ role: 'moderator', holder: 'anna' });
    expect(await access.principal(people.secret)).toEqual({
      ...{ keyId: expect.any(String), role: 'moderator', clientId: null, holder: 'anna', scopes: [] },
    });
    expect((await keys(['list'])).out).toMatch(/moderator │ anna .*never +│ until 2099-01-01/);
  });

  it('makes keys of admins by their scope', async () => {
    const { secret, ...rest } = JSON.parse(
      (await keys(['create', '--holder', 'ops', '--scopes', 'admin', '--json'])).out,
    ) as { secret: string };
    expect(rest).toEqual({ role: 'admin', holder: 'ops', scopes: ['admin'] });
    expect(await access.principal(secret)).toMatchObject({ role: 'admin', clientId: null, scopes: ['admin'] });
  });

  it('has its first keys revoked too, and `up` leaves them so', async () => {
    const home = await mkdtemp(path.join(os.tmpdir(), 'portcullis-keys-'));
    for (const role of ROLES) await writeFile(path.join(home, `${role}-key`), newSecret());
    const { client } = await bootstrapKeys(home, access);
    const { code } = await keys(['revoke', client.secret.slice(0, 12)]);
    expect(code).toBe(0);
    expect((await bootstrapKeys(home, access)).client).toEqual(client);
    expect(await access.principal(client.secret)).toBeUndefined();
    await rm(home, { recursive: true, force: true });
  });

  it('rotates a key with an overlap, and revokes it, by as much of it as a person copies', async () => {
    const old = (await keys(['create', '--client', 'press'])).out.trim();
    const beginning = old.slice(0, 12);
    const rotated = await keys(['rotate', `${beginning}…`, '--overlap-hours', '2']);
    expect(rotated.error).toMatch(/^The old key goes on until .*It is not shown again:\n$/);
    const secret = rotated.out.trim();
    const [before, after] = [await access.principal(old), await access.principal(secret)];
    expect(after).toEqual({ ...before, keyId: after?.keyId });
    const again = await keys(['rotate', beginning]);
    expect(again).toMatchObject({ code: 2, error: 'the key cannot be rotated: it is replaced\n' });

    const listed = JSON.parse((await keys(['list', '--client', 'press', '--json'])).out) as ListedKey[];
    expect(listed.map(({ id, replacedBy }) => ({ id, replacedBy }))).toEqual([
      { id: after?.keyId, replacedBy: null },
      { id: before?.keyId, replacedBy: after?.keyId },
    ]);
    const revoked = await keys(['revoke', after?.keyId ?? '']);
    expect([revoked.code, revoked.out]).toEqual([0, expect.stringContaining('revoked 20')]);
    expect(await access.principal(secret)).toBeUndefined();
    expect(await access.principal(old)).toEqual(before);
  });

  itSaysWhatIsWrong(keys, [
    ['no holder', ['create', '--role', 'admin'], {}, 1, '--holder'],
    ['a time that has passed', ['create', '--client', 'x', '--expires', '2020-01-01'], {}, 1, 'lies ahead'],
    ['a client that there is not', ['list', '--client', 'nobody'], {}, 2, 'there is no client called nobody'],
    ['a key that there is not', ['revoke', 'pck_nobodyhasit'], {}, 2, 'there is no key whose id or beginning is'],
    ['too little of a key', ['revoke', 'pck_'], {}, 2, 'name a key by 8 characters or more'],
    ['an overlap that is none', ['rotate', 'pck_12345678', '--overlap-hours', '1e3'], {}, 1, 'from 0 to 720'],
    ['no client', ['create'], {}, 1, '--client'],
    ['a name that is none', ['create', '--client', 'my shop'], {}, 1, 'must be up to 64 letters'],
    [
      'a scope that is none',
      ['create', '--client', 'x', '--scopes', 'read,all'],
      {},
      1,
      'some of upload, read, scores',
    ],
    [
      'other scopes of an admin',
      ['create', '--holder', 'x', '--scopes', 'admin,read'],
      {},
      1,
      'has not the scope read',
    ],
    [
      'an admin’s scope of a client',
      ['create', '--client', 'x', '--role', 'client', '--scopes', 'admin'],
      {},
      1,
      'has not the scope admin',
    ],
    ['no scope', ['create', '--client', 'x', '--scopes', ''], {}, 1, 'some of upload, read, scores'],
    NO_INSTALLATION,
  ]);
});
