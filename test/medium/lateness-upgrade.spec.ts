import 'reflect-metadata';
import { expect, it } from '@jest/globals';
import { openDatabase } from '#persistence/database.js';
import { FirstHouse1780000000000 } from '../../migrations/1780000000000-first-house.js';
import { Banks1780100000000 } from '../../migrations/1780100000000-banks.js';
import { Causes1780200000000 } from '../../migrations/1780200000000-causes.js';
import { Lateness1780400000000 } from '../../migrations/1780400000000-lateness.js';
import { createTestDatabase } from '../support/postgres.js';

const CLIENT = '01890a5d-ac96-774b-bcce-b302099a8000';
const WAITING = '01890a5d-ac96-774b-bcce-b302099a8001';
const RESUBMITTED = '01890a5d-ac96-774b-bcce-b302099a8002';
const FINAL_BY = new Date('2026-03-01T12:00:00.123Z');

it('an installation that is upgraded keeps the promises it made, and makes none it did not', async () => {
  const made = await createTestDatabase();
  const database = await openDatabase({ url: made.url, poolMax: 2 });
  try {
    const runner = database.createQueryRunner();
    for (const earlier of [new FirstHouse1780000000000(), new Banks1780100000000(), new Causes1780200000000()]) {
      await earlier.up(runner);
    }
    await runner.query(`INSERT INTO client (id, name) VALUES ($1, 'shop')`, [CLIENT]);
    for (const [id, cause] of [
      [WAITING, null],
      [RESUBMITTED, 'resubmitted'],
    ]) {
      await runner.query(
        `INSERT INTO asset (id, client_id, traffic_class, sha256, bytes, media_type, degraded, received_at, final_by,
           revisions, standing_revision, stage, verdict, served)
         VALUES ($1, $2, 'normal', '', 1, 'image/png', '{}', $3, $3, 1, 1, 'provisional', 'allow', true)`,
        [id, CLIENT, FINAL_BY],
      );
      await runner.query(
        `INSERT INTO pending_final (asset_id, traffic_class, received_at, due_at, cause) VALUES ($1, 'normal', $2, $2, $3)`,
        [id, FINAL_BY, cause],
      );
    }
    await new Lateness1780400000000().up(runner);
    const rows: unknown = await runner.query(
      `SELECT p.asset_id AS id, p.final_by AS "finalBy", p.late_at AS "lateAt", a.if_late AS "ifLate"
       FROM pending_final p JOIN asset a ON a.id = p.asset_id ORDER BY p.asset_id`,
    );
    await runner.release();
    expect(rows).toEqual([
      { id: WAITING, finalBy: FINAL_BY, lateAt: null, ifLate: 'provisional_stands' },
      { id: RESUBMITTED, finalBy: Infinity, lateAt: null, ifLate: 'provisional_stands' },
    ]);
  } finally {
    await database.destroy();
    await made.drop();
  }
});
