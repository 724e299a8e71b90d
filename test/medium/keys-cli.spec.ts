import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import type { DataSource } from 'typeorm';
import { AccessStore, type ListedKey } from '#persistence/access-store.js';
import { migrate, openDatabase } from '#persistence/database.js';
import { build } from '../support/built.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

jest.setTimeout(60_000);

/** Far more than a command takes to start and to ask. */
const COMMAND_MS_MAX = 20_000;

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

let made: TestDatabase;
let database: DataSource;
let access: AccessStore;
let script: string;
beforeAll(async () => {
  script = (await build())('apps/cli/main.js');
  made = await createTestDatabase();
  database = await openDatabase({ url: made.url, poolMax: 2 });
  await migrate(database);
  access = new AccessStore(database);
});
afterAll(async () => {
  await database.destroy();
  await made.drop();
});

function keys(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const env = { PATH: process.env['PATH'] ?? '', DATABASE_URL: made.url, ...environment };
  return new Promise((resolve) => {
    execFile(process.execPath, [script, 'keys', ...args], { env, timeout: COMMAND_MS_MAX }, (failed, out, error) => {
      resolve({ code: typeof failed?.code === 'number' ? failed.code : failed === null ? 0 : -1, out, error });
    });
  });
}

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

  it.each<[string, string[], Record<string, string>, number, string]>([
    ['no client', ['create'], {}, 1, '--client'],
    ['a name that is none', ['create', '--client', 'my shop'], {}, 1, 'must be up to 64 letters'],
    [
      'a scope that is none',
      ['create', '--client', 'x', '--scopes', 'read,all'],
      {},
      1,
      'some of upload, read, scores',
    ],
    ['no scope', ['create', '--client', 'x', '--scopes', ''], {}, 1, 'some of upload, read, scores'],
    [
      'no installation',
      ['list'],
      { DATABASE_URL: '', PORTCULLIS_HOME: '/nonexistent' },
      78,
      'there is no installation',
    ],
  ])('says what is wrong with %s', async (_what, args, environment, code, words) => {
    const ended = await keys(args, environment);
    expect(ended.error).toContain(words);
    expect(ended.code).toBe(code);
  });
});
