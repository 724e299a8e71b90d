import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { Registry } from 'prom-client';
import { firstIdAt } from '#moderation/limits/day.js';
import type { Verdict } from '#moderation/words.js';
import { ClientStore } from '#persistence/client-store.js';
import { DeadLetterStore } from '#persistence/dead-letter-store.js';
import { ErasureRetentionStore } from '#persistence/erasure-retention-store.js';
import { ErasureStore } from '#persistence/erasure-store.js';
import { FinalStore } from '#persistence/final-store.js';
import { PendingFinalStore } from '#persistence/pending-final-store.js';
import { ErasureMetrics } from '#telemetry/erasure-metrics.js';
import { SweepRetention } from '../../apps/batch/housekeeping/sweep-retention.js';
import { addAsset } from '../support/event-rows.js';
import { resultOf } from '../support/history-rows.js';
import { firstClient, migratedDatabase, type MigratedDatabase } from '../support/migrated-database.js';

jest.setTimeout(60_000);

const DAY_MS = 24 * 3_600_000;
/** An open case keeps an asset for so much longer. */
const CASE_DAYS = 40;
const FIRST = '00000000-0000-0000-0000-000000000000';

let made: MigratedDatabase;
let database: DataSource;
let clientId: string;
let retention: ErasureRetentionStore;
let uploads = 0;

beforeAll(async () => {
  made = await migratedDatabase(4);
  ({ database } = made);
  clientId = await firstClient(database);
  retention = new ErasureRetentionStore(database, CASE_DAYS);
});
afterAll(() => made.drop());
beforeEach(async () => {
  await database.query('TRUNCATE asset, event CASCADE');
  await database.query(`UPDATE client SET erased_to = $1`, [FIRST]);
  await keep(30);
});

const keep = (retentionDays: number | null): Promise<unknown> =>
  new ClientStore(database).change(clientId, { retentionDays });

/** An upload of some days ago. */
function uploaded(days: number): Promise<string> {
  uploads += 1;
  const atMs = Date.now() - days * DAY_MS;
  const assetId = `${firstIdAt(atMs).slice(0, -12)}${uploads.toString(16).padStart(12, '0')}`;
  return addAsset(database, clientId, 'allow', {
    ...{ assetId, receivedAtMs: atMs, decidedAtMs: atMs, finalByMs: atMs + DAY_MS, ifLate: 'provisional_stands' },
  });
}

/** The same with a final of the same day. */
async function settled(days: number, verdict: Verdict = 'allow', dies = false): Promise<string> {
  const assetId = await uploaded(days);
  const token = randomUUID();
  await new PendingFinalStore(database).lease([assetId], token, DAY_MS);
  const result = resultOf(assetId, { verdict, policyVersion: 1, dies });
  await new FinalStore(database).settle(token, [result], Date.now() - days * DAY_MS);
  return assetId;
}

const erased = async (): Promise<string[]> =>
  (await database.query<{ id: string }[]>(`SELECT id FROM asset WHERE erased_at IS NOT NULL ORDER BY id`)).map(
    ({ id }) => id,
  );

/** What the sweep warned of. */
const warnings: unknown[] = [];

/** One pass of the sweep over all clients. @returns how many steps it took */
async function sweep(): Promise<number> {
  const metrics = new ErasureMetrics(new Registry());
  const log = { info: () => undefined, warn: (facts: unknown) => void warnings.push(facts) };
  const sweeping = new SweepRetention({ retention, metrics, log });
  let steps = 1;
  while ((await sweeping.step()) < 1_000) steps += 1;
  return steps;
}

describe('the sweep', () => {
  it('erases what has been kept for its time, and nothing that is younger', async () => {
    const [older, old] = [await settled(60), await settled(31)];
    await settled(29);
    await sweep();
    expect(await erased()).toEqual([older, old]);
    const [tombstone] = await database.query<unknown[]>(`SELECT cause, by FROM erasure WHERE asset_id = $1`, [old]);
    expect(tombstone).toEqual({ cause: 'retention', by: 'retention' });
  });

  it('erases nothing of a client that says nothing of the kind', async () => {
    await settled(5_000);
    await keep(null);
    await sweep();
    expect(await erased()).toEqual([]);
  });

  it('leaves what somebody still works on, and comes back for it', async () => {
    const [waiting, cased] = [await uploaded(60), await settled(60, 'review')];
    const letter = await settled(60, 'review', true);
    const [row] = await database.query<{ id: number }[]>(`SELECT id::float8 AS id FROM dead_letter`);
    await database.query(`UPDATE review SET state = 'withdrawn' WHERE asset_id = $1`, [letter]);
    await new DeadLetterStore(database).resubmit([row?.id ?? 0], { by: 'chief', note: 'again' });
    const free = await settled(50);
    await sweep();
    expect(await erased()).toEqual([free]);
    await database.query(`UPDATE review SET state = 'decided' WHERE asset_id = $1`, [cased]);
    await sweep();
    expect(await erased()).toEqual([cased, free].sort());
    expect(await erased()).not.toContain(waiting);
  });

  it('keeps what has an open case for as long as a case may, and no longer', async () => {
    const [long, late] = [await settled(71, 'review'), await settled(71, 'block')];
    const [open, blocked] = [await settled(69, 'review'), await settled(69, 'block')];
    const states = async (...ids: string[]): Promise<string[]> => {
      const rows = await database.query<{ state: string }[]>(
        `SELECT state FROM review WHERE asset_id = ANY ($1) ORDER BY asset_id`,
        [ids],
      );
      return rows.map(({ state }) => state);
    };
    // a late block of the heavy tier has a case, too
    expect(await states(long, late, open, blocked)).toEqual(['open', 'open', 'open', 'open']);
    await database.query(`UPDATE review SET state = 'claimed', claimed_by = 'anna' WHERE asset_id = $1`, [late]);
    warnings.length = 0;
    await sweep();
    expect(await erased()).toEqual([long, late].sort());
    expect(await states(long, late)).toEqual(['withdrawn', 'withdrawn']);
    expect(await states(open, blocked)).toEqual(['open', 'open']);
    expect(warnings).toEqual([{ undecided: 2 }]);
    await sweep();
    expect(warnings).toHaveLength(1);

    // whoever asks for it need not wait for anybody
    const erasing = new ErasureStore(database);
    expect(await erasing.erase(open, { cause: 'client', by: 'shop' }, clientId)).toBe('erased');
    expect([await states(open), await states(blocked)]).toEqual([['withdrawn'], ['open']]);
  });

  it('counts from the first final: what comes later does not prolong it', async () => {
    const id = await settled(60, 'review');
    await database.query(
      `INSERT INTO decision (asset_id, revision, stage, verdict, source, reasons, policy_version, supersedes, decided_at)
       VALUES ($1, 3, 'final', 'allow', 'moderator', '[]', 1, 2, now())`,
      [id],
    );
    await database.query(`UPDATE review SET state = 'decided' WHERE asset_id = $1`, [id]);
    await sweep();
    expect(await erased()).toEqual([id]);
  });

  it('goes page by page, and goes on after a kill where something is left', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 7; n += 1) ids.push(await settled(60));
    const page = await retention.erasePage(clientId, FIRST, 3);
    expect(page).toEqual({ erased: 3, undecided: 0, after: ids[2] });
    expect((await retention.retaining()).map(({ after }) => after)).toEqual([ids[2]]);
    await sweep();
    expect(await erased()).toEqual(ids);
    expect(await retention.retaining()).toEqual([{ clientId, after: ids[6] }]);
  });

  it('looks again at what it had to leave, and at what lies behind it', async () => {
    const [first, held, last] = [await settled(60), await settled(60, 'review'), await settled(60)];
    await sweep();
    expect(await erased()).toEqual([first, last]);
    expect(await retention.retaining()).toEqual([{ clientId, after: first }]);
    await database.query(`UPDATE review SET state = 'decided' WHERE asset_id = $1`, [held]);
    await sweep();
    expect(await retention.retaining()).toEqual([{ clientId, after: last }]);
  });

  it('waits for nobody: what another has in hand is passed over, and another service that sweeps is left to it', async () => {
    const [held, free] = [await settled(60), await settled(60)];
    const other = database.createQueryRunner();
    await other.startTransaction();
    await other.query(`SELECT 1 FROM asset WHERE id = $1 FOR UPDATE`, [held]);
    expect(await retention.erasePage(clientId, FIRST, 10)).toEqual({ erased: 1, undecided: 0, after: null });
    expect(await erased()).toEqual([free]);
    await other.query(`SELECT pg_advisory_xact_lock(hashtext('portcullis.retention'))`);
    expect(await retention.erasePage(clientId, FIRST, 10)).toBeUndefined();
    await other.rollbackTransaction();
    await other.release();
  });
});
