import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { openDatabase } from '#persistence/database.js';
import { FirstHouse1780000000000 } from '../../migrations/1780000000000-first-house.js';
import { DeadLetters1780300000000 } from '../../migrations/1780300000000-dead-letters.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

let made: TestDatabase;
let database: DataSource;
beforeAll(async () => {
  made = await createTestDatabase();
  database = await openDatabase({ url: made.url, poolMax: 1 });
});
afterAll(async () => {
  await database.destroy();
  await made.drop();
});

/** What a dead letter said before, and what its reason is now. */
const LETTERS: [string, string, string][] = [
  ['heavy_tier_failed', 'the classifier process died over it', 'crashed'],
  ['heavy_tier_failed', 'the classifier process did not end in its time', 'timeout'],
  ['heavy_tier_failed', 'the classifier process took more memory than it may', 'memory'],
  ['heavy_tier_failed', 'the model gave something that is no score', 'invalid_output'],
  ['heavy_tier_failed', 'its stored bytes could not be read', 'unreadable'],
  ['heavy_tier_refused', 'The image is damaged or incomplete and cannot be shown.', 'refused'],
  ['heavy_tier_failed', 'words that nobody knows', 'heavy_tier_failed'],
];
const DECIDED_AT = '2026-06-01T12:00:00.000Z';

it('tells letters of before apart by their words, and closes those that a human has settled', async () => {
  const runner = database.createQueryRunner();
  await new FirstHouse1780000000000().up(runner);
  const client = randomUUID();
  await runner.query(`INSERT INTO client (id, name) VALUES ($1, 'shop')`, [client]);
  await runner.query(`INSERT INTO policy_version (state, document, note, author) VALUES ('live', '{}', 'x', 'x')`);
  const addLetter = async (reason: string, detail: string, source: 'default' | 'moderator'): Promise<void> => {
    const id = randomUUID();
    await runner.query(
      `INSERT INTO asset (id, client_id, traffic_class, sha256, bytes, media_type, degraded, received_at, final_by,
         revisions, standing_revision, stage, verdict, served)
       VALUES ($1, $2, 'normal', '', 1, 'image/png', '{}', now(), now(), 1, 1, 'final', 'review', false)`,
      [id, client],
    );
    await runner.query(
      `INSERT INTO decision (asset_id, revision, stage, verdict, source, reasons, policy_version, actor, decided_at)
       VALUES ($1, 1, 'final', 'review', $2, '[]', 1, $3, $4)`,
      [id, source, source === 'moderator' ? 'anna' : null, DECIDED_AT],
    );
    await runner.query(
      `INSERT INTO dead_letter (asset_id, reason, attempts, detail, created_at) VALUES ($1, $2, 3, $3, now())`,
      [id, reason, detail],
    );
  };
  for (const [reason, detail] of LETTERS) await addLetter(reason, detail, 'default');
  await addLetter('heavy_tier_failed', 'its stored bytes could not be read', 'moderator');

  await new DeadLetters1780300000000().up(runner);
  const letters: unknown = await runner.query(
    `SELECT reason, closed_at, closed_by, closed_how, note FROM dead_letter ORDER BY id`,
  );
  const open = { closed_at: null, closed_by: null, closed_how: null, note: null };
  expect(letters).toEqual([
    ...LETTERS.map(([, , reason]) => ({ reason, ...open })),
    { reason: 'unreadable', closed_at: new Date(DECIDED_AT), closed_by: 'anna', closed_how: 'settled', note: null },
  ]);
  await runner.release();
});
