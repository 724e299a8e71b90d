import 'reflect-metadata';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { DataSource, QueryRunner } from 'typeorm';
import { openDatabase } from '#persistence/database.js';
import { ReviewUndoStore } from '#persistence/review-undo-store.js';
import { DeskWork1782400000000 } from '../../migrations/1782400000000-desk-work.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

const CLIENT = '01890a5d-ac96-774b-bcce-b302099a8000';
const idOf = (n: number): string => `01890a5d-ac96-774b-bcce-b302099a800${n}`;
/** Two uploads of the same bytes, and one whose block entry an allow removed; then late blocks. */
const [FIRST, SAME, ALLOWED, SERVED_ON, BLOCKED] = [1, 2, 3, 4, 5].map(idOf);
const SUE = { name: 'sue', senior: true };

let made: TestDatabase;
let database: DataSource;
beforeAll(async () => {
  made = await createTestDatabase();
  database = await openDatabase({ url: made.url, poolMax: 2 });
  const runner = database.createQueryRunner();
  const { migrations } = database;
  const at = migrations.findIndex((one) => one instanceof DeskWork1782400000000);
  for (const migration of migrations.slice(0, at)) await migration.up(runner);
  await before(runner);
  for (const migration of migrations.slice(at)) await migration.up(runner);
  await runner.release();
});
afterAll(async () => {
  await database.destroy();
  await made.drop();
});

/** What the release before had written, of people who decided when nobody noted what that taught the banks. */
async function before(runner: QueryRunner): Promise<void> {
  const run = (statement: string, values: unknown[] = []): Promise<unknown> => runner.query(statement, values);
  await run(`INSERT INTO client (id, name) VALUES ($1, 'shop')`, [CLIENT]);
  await run(`INSERT INTO policy_version (state, document, note, author) VALUES ('live', '{}', 'x', 'x')`);
  const asset = async (id: string | undefined, bytes: string, served: boolean): Promise<void> => {
    await run(
      `INSERT INTO asset (id, client_id, traffic_class, sha256, bytes, media_type, degraded, received_at, final_by,
         revisions, standing_revision, stage, verdict, served)
       VALUES ($1, $2, 'normal', sha256($3), 1, 'image/png', '{}', now(), now(), 2, 2, 'final', 'block', $4)`,
      [id, CLIENT, Buffer.from(bytes), served],
    );
    await run(
      `INSERT INTO decision (asset_id, revision, stage, verdict, band, source, reasons, policy_version, decided_at)
       VALUES ($1, 1, 'provisional', 'allow', 'clear', 'fast', '[]', 1, now() - interval '1 minute')`,
      [id],
    );
  };
  const decided = async (id: string | undefined, bytes: string, verdict: string, by: string): Promise<void> => {
    await asset(id, bytes, verdict === 'allow');
    await run(
      `INSERT INTO decision (asset_id, revision, stage, verdict, source, reasons, policy_version, supersedes, actor, decided_at)
       VALUES ($1, 2, 'final', $2, 'moderator', '[]', 1, 1, $3, now())`,
      [id, verdict, by],
    );
    await run(
      `INSERT INTO review (id, asset_id, client_id, state, disagreement, margin, opened_at, decided_by, decided_at)
       VALUES (gen_random_uuid(), $1, $2, 'decided', false, 0, now(), $3, now())`,
      [id, CLIENT, by],
    );
  };
  await decided(FIRST, 'same', 'block', 'anna');
  await decided(SAME, 'same', 'block', 'ben');
  await decided(ALLOWED, 'other', 'allow', 'anna');
  await run(
    `INSERT INTO bank_entry (bank_id, sha256, asset_id, origin, added_by, removed_at, removed_by)
     SELECT id, sha256(convert_to(bytes, 'UTF8')), asset::uuid, origin, by, CASE WHEN gone THEN now() END,
       CASE WHEN gone THEN 'anna' END
     FROM bank JOIN (VALUES ('block', 'same', $1, 'moderator', 'anna', false), ('allow', 'other', $2, 'moderator', 'anna', false),
       ('block', 'other', $2, 'machine', 'model', true)) AS e (kind, bytes, asset, origin, by, gone)
       ON name = 'decided.' || e.kind`,
    [FIRST, ALLOWED],
  );
  for (const [id, served] of [
    [SERVED_ON, true],
    [BLOCKED, false],
  ] as const) {
    await asset(id, id ?? '', served);
    await run(
      `INSERT INTO review (id, asset_id, client_id, state, disagreement, margin, opened_at, change, exposure_ms)
       VALUES (gen_random_uuid(), $1, $2, 'open', false, 0, '2026-01-01T00:00:10Z', 'late_block', 10000)`,
      [id, CLIENT],
    );
  }
}

it('what people decided before can be taken back from the banks as well', async () => {
  const undos = new ReviewUndoStore(database);
  const undo = async (assetId = ''): Promise<string> =>
    (await undos.undo({ assetId, revision: 2 }, { who: SUE, atMs: Date.now(), note: null, leaseMs: null })).kind;
  const entries = async (): Promise<string[]> => {
    const rows = await database.query<{ kind: string; bytes: boolean }[]>(
      `SELECT b.kind, e.sha256 = sha256('same') AS bytes FROM bank_entry e JOIN bank b ON b.id = e.bank_id
       WHERE e.removed_at IS NULL ORDER BY e.id`,
    );
    return rows.map(({ kind, bytes }) => `${kind} ${bytes ? 'same' : 'other'}`);
  };
  expect(await entries()).toEqual(['block same', 'allow other']);
  expect(await undo(FIRST)).toBe('undone');
  expect(await entries()).toEqual(['block same', 'allow other']);
  expect(await undo(SAME)).toBe('undone');
  expect(await entries()).toEqual(['allow other']);
  expect(await undo(ALLOWED)).toBe('undone');
  expect(await entries()).toEqual(['block other']);
});

it('late blocks that are served on are known, and none is behind what no tier disagrees about', async () => {
  const rows: unknown = await database.query(
    `SELECT asset_id AS id, disagreement, served_since AS since FROM review WHERE change = 'late_block' ORDER BY asset_id`,
  );
  expect(rows).toEqual([
    { id: SERVED_ON, disagreement: true, since: new Date('2026-01-01T00:00:00Z') },
    { id: BLOCKED, disagreement: true, since: null },
  ]);
});
