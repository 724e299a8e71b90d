import 'reflect-metadata';
import { expect, it } from '@jest/globals';
import type { QueryRunner } from 'typeorm';
import { openDatabase } from '#persistence/database.js';
import { ScopesAndNotices1782300000000 } from '../../migrations/1782300000000-scopes-and-notices.js';
import { createTestDatabase } from '../support/postgres.js';

const CLIENT = '01890a5d-ac96-774b-bcce-b302099a8000';
const HASH = 'ab'.repeat(32);
const KEYS: [role: string, clientId: string | null, scopes: string[]][] = [
  ['admin', null, []],
  ['client', CLIENT, ['upload', 'scores']],
  ['moderator', null, []],
];

/** Tables as the release before had them, with a key of each role and with entries that were removed from a bank. */
async function before(runner: QueryRunner): Promise<void> {
  for (const migration of runner.dataSource.migrations) {
    if (migration instanceof ScopesAndNotices1782300000000) break;
    await migration.up(runner);
  }
  await runner.query(`INSERT INTO client (id, name) VALUES ($1, 'shop')`, [CLIENT]);
  for (const [role, clientId, scopes] of KEYS) {
    await runner.query(
      `INSERT INTO api_key (id, client_id, role, holder, prefix, secret_sha256, scopes)
       VALUES (gen_random_uuid(), $2, $1, $1, 'pck_', sha256(convert_to($1, 'UTF8')), $3)`,
      [role, clientId, scopes],
    );
  }
  for (const origin of ['machine', 'import']) {
    await runner.query(
      `INSERT INTO bank_entry (bank_id, sha256, origin, added_by, removed_at, removed_by)
       SELECT id, decode($1, 'hex'), $2, 'x', now(), 'x' FROM bank WHERE name = 'decided.block'`,
      [HASH, origin],
    );
  }
}

it('an installation that is upgraded has the scope of its admins’ keys, and no hash of what was erased', async () => {
  const made = await createTestDatabase();
  const database = await openDatabase({ url: made.url, poolMax: 2 });
  try {
    const runner = database.createQueryRunner();
    await before(runner);
    await new ScopesAndNotices1782300000000().up(runner);
    const keys: unknown = await runner.query(`SELECT role, scopes FROM api_key ORDER BY role`);
    const hashes: unknown = await runner.query(
      `SELECT origin, sha256 = decode($1, 'hex') AS same FROM bank_entry ORDER BY origin`,
      [HASH],
    );
    await runner.release();
    expect(keys).toEqual([
      { role: 'admin', scopes: ['admin'] },
      { role: 'client', scopes: ['upload', 'scores'] },
      { role: 'moderator', scopes: [] },
    ]);
    expect(hashes).toEqual([
      { origin: 'import', same: true },
      { origin: 'machine', same: false },
    ]);
  } finally {
    await database.destroy();
    await made.drop();
  }
});
