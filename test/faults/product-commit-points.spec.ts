import 'reflect-metadata';
import { afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { drawSample } from '#imaging/draw-samples.js';
import { describeProduct } from '../support/describe-product.js';
import { eventually } from '../support/eventually.js';
import type { Product } from '../support/product.js';
import type { TestService } from '../support/test-service.js';

const ASSETS = 3;
/** Locks that commits of finals, and of what the relay takes, wait for while a test holds them. */
const GATES = { reconciliation: 4_712, outbox: 4_713 };
type Gate = keyof typeof GATES;

/** Puts a gate into the commit of every transaction that writes a final, or takes rows off the outbox; both are open. */
async function buildGates(product: Product): Promise<void> {
  await product.rows(
    `CREATE FUNCTION hold_commit() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN PERFORM pg_advisory_xact_lock_shared(TG_ARGV[0]::bigint); RETURN NULL; END $$`,
  );
  for (const [table, event] of [
    ['reconciliation', 'INSERT'],
    ['outbox', 'DELETE'],
  ] as const) {
    await product.rows(
      `CREATE CONSTRAINT TRIGGER hold_commit AFTER ${event} ON ${table} DEFERRABLE INITIALLY DEFERRED
       FOR EACH ROW EXECUTE FUNCTION hold_commit(${GATES[table]})`,
    );
  }
}

describeProduct('a batch service that is killed in the middle of a commit', {}, (given) => {
  let product: Product;
  let jpeg: Uint8Array;
  let batch: TestService;
  let heir: TestService;

  beforeAll(async () => {
    ({ product } = given);
    jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
    await buildGates(product);
    await product.upload.start();
  });
  beforeEach(async () => {
    [batch, heir] = [product.batch(), product.batch()];
    await batch.start();
  });
  afterEach(() => heir.stop());

  /** Kills it while a commit waits at the gate. @param commits whether that still comes to be when the service is gone */
  async function killAt(gate: Gate, commits: boolean): Promise<void> {
    const holder = product.database.createQueryRunner();
    await holder.query(`SELECT pg_advisory_lock(${GATES[gate]})`);
    await Promise.all(Array.from({ length: ASSETS }, () => product.client.submit(jpeg)));
    // of this database: others on the same server may have gates of the same number
    const waiting = `SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database
      WHERE d.datname = current_database() AND locktype = 'advisory' AND objid = ${GATES[gate]} AND NOT granted`;
    await eventually('a commit waits', async () => (await product.rows(waiting)).length > 0);
    await batch.end('SIGKILL');
    if (!commits) await product.rows(`SELECT pg_terminate_backend(pid) FROM (${waiting}) AS one`);
    await holder.query(`SELECT pg_advisory_unlock(${GATES[gate]})`);
    await holder.release();
  }

  /** Another one does what is left, and nothing is doubled. */
  async function expectOnce(): Promise<void> {
    await heir.start();
    await product.settled();
    await eventually('nobody is left to be told', async () => (await product.count('outbox')) === 0);
    const assets = await product.count('asset');
    expect(await product.count("decision WHERE stage = 'final'")).toBe(assets);
    expect(await product.count("event WHERE type = 'asset.final'")).toBe(assets);
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], assets });
  }

  it('after the look, before the final is committed: another one does it', async () => {
    await killAt('reconciliation', false);
    expect(await product.count('pending_final')).toBeGreaterThan(0);
    await expectOnce();
  });

  it('after the final is committed, before it is told so: nothing is done twice', async () => {
    await killAt('reconciliation', true);
    await expectOnce();
  });

  it.each([false, true])('while the relay takes what was committed, whether it has it then: %s', async (commits) => {
    await killAt('outbox', commits);
    if (!commits) expect(await product.count('outbox')).toBeGreaterThan(0);
    await expectOnce();
  });
});
