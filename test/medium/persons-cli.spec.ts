import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { AuditRowAnswer } from '#contracts/audit-answer.js';
import { AuditStore } from '#persistence/audit-store.js';
import type { Person } from '#persistence/person-store.js';
import { Passwords } from '#service/passwords.js';
import { cliActs } from '../../apps/cli/acting.js';
import { bootstrapAdmin } from '../../apps/cli/up/bootstrap-admin.js';
import { migratedDatabase, type MigratedDatabase } from '../support/migrated-database.js';
import { askCli, runCli, type CliEnded } from '../support/run-cli.js';

jest.setTimeout(120_000);

let made: MigratedDatabase;
let home: string;
beforeAll(async () => {
  made = await migratedDatabase(2);
  home = await mkdtemp(path.join(os.tmpdir(), 'portcullis-persons-'));
});
afterAll(async () => {
  await made.drop();
  await rm(home, { recursive: true, force: true });
});

const environment = () => ({ DATABASE_URL: made.url, PORTCULLIS_HOME: home });
const cli = (...args: string[]): Promise<CliEnded> => runCli(args, environment());
const hashOf = async (name: string): Promise<string> => {
  const rows = await made.database.query<{ password_hash: string }[]>(
    `SELECT password_hash FROM person WHERE name = $1`,
    [name],
  );
  return rows[0]?.password_hash ?? '';
};

describe('portcullis persons', () => {
  it('begins with an admin whose password is printed once, and who stays one while there is no other', async () => {
    const first = await cli('setup');
    const [, password = ''] =
      /First sign-in at the console: admin, with the one-time password (\S+)/.exec(first.out) ?? [];
    expect(await new Passwords().matches(password, await hashOf('admin'))).toBe(true);
    expect(await bootstrapAdmin(cliActs(made.database))).toMatchObject({
      oneTimePassword: undefined,
      neverSignedIn: true,
    });
    expect(await new Passwords().matches(password, await hashOf('admin'))).toBe(true);
    expect(await cli('persons', 'role', 'admin', 'moderator')).toMatchObject({
      code: 2,
      error: expect.stringContaining('last admin'),
    });
  });

  it('makes no admin, and no row, where the name is somebody’s who is none', async () => {
    const { number } = await new AuditStore(made.database).head();
    await made.database.query(`UPDATE person SET role = 'senior' WHERE name = 'admin'`);
    expect(await bootstrapAdmin(cliActs(made.database))).toMatchObject({ oneTimePassword: undefined });
    await made.database.query(`UPDATE person SET role = 'admin', signed_in_at = now() WHERE name = 'admin'`);
    expect((await bootstrapAdmin(cliActs(made.database))).neverSignedIn).toBe(false);
    expect((await new AuditStore(made.database).head()).number).toBe(number);
  });

  it('makes people, changes them and lets them in again, and each act is written down', async () => {
    const created = await cli('persons', 'create', 'Ｅva@Example.org', '--role', 'admin', '--display-name', 'Eva');
    expect(created).toMatchObject({ code: 0, error: expect.stringContaining('eva@example.org signs in') });
    const password = created.out.trim();
    expect(await new Passwords().matches(password, await hashOf('eva@example.org'))).toBe(true);
    expect((await cli('persons', 'disable', 'ADMIN')).code).toBe(0);
    const reset = await cli('persons', 'reset', 'eva@example.org');
    expect(reset.out).not.toBe(created.out);
    expect(await new Passwords().matches(password, await hashOf('eva@example.org'))).toBe(false);

    const people = await askCli<Person[]>(['persons', 'list'], environment());
    expect(people.map(({ name, displayName, role, disabled }) => [name, displayName, role, disabled])).toEqual([
      ['eva@example.org', 'Eva', 'admin', false],
      ['admin', 'First admin', 'admin', true],
    ]);
    expect(JSON.stringify(people)).not.toContain('argon2');
    const acts = await new AuditStore(made.database).page({ subject: 'person' }, 10);
    expect(acts.map(({ act }) => act)).toEqual(['person.reset', 'person.change', 'person.invite', 'person.invite']);
    expect(new Set(acts.map(({ actorKind, actor }) => `${actorKind} ${actor.split(':')[0] ?? ''}`))).toEqual(
      new Set(['cli cli']),
    );
    for (const secret of [password, reset.out.trim()]) expect(JSON.stringify(acts)).not.toContain(secret);
  });
});

describe('portcullis audit', () => {
  it('writes down what other commands do, exports it, and finds what was changed', async () => {
    expect((await cli('keys', 'create', '--client', 'shop')).code).toBe(0);
    expect((await cli('webhooks', 'disable', '01980000-0000-7000-8000-000000000000')).code).not.toBe(0);
    expect((await cli('schedule', 'set', 'bulk', '--mode', 'size', '--size', '8')).code).toBe(0);
    const { out } = await cli('audit', 'export', '--since', '2020-01-01');
    const rows = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as AuditRowAnswer);
    expect(rows.map(({ number }) => number)).toEqual(rows.map((_, index) => index + 1));
    expect(rows.slice(-3).map(({ act }) => act)).toEqual(['client.create', 'key.create', 'schedule.set']);

    const { number, hash } = await new AuditStore(made.database).head();
    const sound = await cli('audit', 'verify', '--head', `${number}:${hash}`);
    expect(sound).toMatchObject({
      code: 0,
      out: `${rows.length} audit rows, 0 faults; the head is ${number}:${hash}\n`,
    });
    await made.database.query(`ALTER TABLE audit DISABLE TRIGGER audit_append_only`);
    await made.database.query(`UPDATE audit SET actor = 'somebody else' WHERE number = 2`);
    await made.database.query(`ALTER TABLE audit ENABLE TRIGGER audit_append_only`);
    const whole = await cli('verify');
    expect(whole).toMatchObject({ code: 1, out: expect.stringContaining('audit row 2  was changed') });
  });
});
