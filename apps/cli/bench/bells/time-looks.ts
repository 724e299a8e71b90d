import { randomUUID } from 'node:crypto';

import { PendingFinalStore } from '#persistence/pending-final-store.js';

import type { BenchContext } from '../bench-context.js';
import { installPrivately, type PrivateInstallation } from '../private-installation.js';
import { rounded } from '../statistics.js';
import { explain } from './explain.js';

export interface LookMeasurements {
  /** From a worker's look at what waits until it has the first forgotten assets, by round, in milliseconds. */
  readonly findMs: readonly number[];
  /** Leasing a batch of what nobody has tried. */
  readonly leaseMs: readonly number[];
  /** What is counted for the metrics: all rows. */
  readonly backlogMs: readonly number[];
  /** Lines of the plans: of the look, and of leasing a batch. */
  readonly plans: readonly (readonly string[])[];
}

export interface LookOptions {
  readonly pending: number;
  readonly forgotten: number;
  readonly rounds: number;
  readonly onProgress: (done: number, total: number) => void;
}

const CLASS = 'normal';
/** Of which nothing was forgotten. */
const OTHER_CLASS = 'bulk';
const BATCH = 16;
const MOST = { urgent: BATCH, normal: BATCH, bulk: BATCH };
const HOUR_MS = 3_600_000;
/** The first try was that of the worker that died. */
const AGAIN = 2;
/** Rows of one statement: it has its time limit. */
const CHUNK = 50_000;

/**
 * Times how a worker finds assets that others have died over, and leases a batch, among many that wait.
 *
 * @throws Error when it does not see them
 */
export async function timeLooks(
  context: BenchContext,
  { pending, forgotten, rounds, onProgress }: LookOptions,
): Promise<LookMeasurements> {
  const { database } = await installPrivately(context);
  for (let done = 0; done < pending; done += CHUNK) {
    context.signal.throwIfAborted();
    await fill(database, { from: done + 1, to: Math.min(pending, done + CHUNK), pending, forgotten });
    onProgress(done, pending);
  }
  await database.query(`VACUUM ANALYZE pending_final`);
  const store = new PendingFinalStore(database);
  const [findMs, leaseMs, backlogMs]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round <= rounds; round += 1) {
    findMs.push(await timed(() => find(store)));
    leaseMs.push(await timed(() => store.leaseFresh(OTHER_CLASS, BATCH, newLease())));
    backlogMs.push(await timed(() => store.backlog()));
  }
  const plans = await explain(database, async (explaining) => {
    const explained = new PendingFinalStore(explaining);
    await explained.waiting(MOST);
    await explained.leaseFresh(CLASS, BATCH, newLease());
  });
  // but for the first queries, and the cache
  return { findMs: findMs.slice(1), leaseMs: leaseMs.slice(1), backlogMs: backlogMs.slice(1), plans };
}

const newLease = () => ({ token: randomUUID(), ms: HOUR_MS });

/** What a worker asks of the database. */
async function find(store: PendingFinalStore): Promise<void> {
  await store.waiting(MOST);
  const leased = await store.leaseFresh(CLASS, BATCH, newLease());
  if (leased.some(({ attempts }) => attempts !== AGAIN)) throw new Error('the worker passes over what was forgotten');
}

/** Rows of work without the assets they belong to. The forgotten ones are spread evenly. */
function fill(
  database: PrivateInstallation['database'],
  { from, to, pending, forgotten }: Pick<LookOptions, 'pending' | 'forgotten'> & { from: number; to: number },
): Promise<void> {
  return database.transaction(async (transaction) => {
    await transaction.query(`SET LOCAL session_replication_role = replica`); // no foreign keys
    await transaction.query(
      `INSERT INTO pending_final (asset_id, traffic_class, received_at, due_at, attempts, lease_token, lease_expires_at)
       SELECT uuidv7(), CASE WHEN isforgotten OR n % 2 = 0 THEN '${CLASS}' ELSE '${OTHER_CLASS}' END, now() + n * interval '1 millisecond', now(), isforgotten::integer,
         CASE WHEN isforgotten THEN gen_random_uuid() END, CASE WHEN isforgotten THEN now() - interval '1 minute' END
       FROM generate_series($1::bigint, $2::bigint) AS n,
         LATERAL (SELECT n * $4::bigint / $3::bigint > (n - 1) * $4 / $3 AS isforgotten) AS f`,
      [from, to, pending, forgotten],
    );
  });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return rounded(performance.now() - startedMs);
}
