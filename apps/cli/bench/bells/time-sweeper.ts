import { PendingFinalStore } from '#persistence/pending-final-store.js';

import type { BenchContext } from '../bench-context.js';
import { installPrivately, type PrivateInstallation } from '../private-installation.js';
import { rounded } from '../statistics.js';
import { explain } from './explain.js';

export interface SweeperMeasurements {
  /** From the question whether something is overdue until all of it is taken, by round, in milliseconds. */
  readonly findMs: readonly number[];
  /** What is counted for the metrics at each sweep: all rows. */
  readonly backlogMs: readonly number[];
  /** Lines of the plans: of the question, and of taking a page. */
  readonly plans: readonly (readonly string[])[];
}

export interface SweeperOptions {
  readonly pending: number;
  readonly forgotten: number;
  readonly rounds: number;
  readonly onProgress: (done: number, total: number) => void;
}

/** As many as the sweeper takes at once. */
const PAGE = 500;
const AGAIN_MS = 3_600_000;
/** Rows of one statement: it has its time limit. */
const CHUNK = 50_000;

/**
 * Times how the sweeper finds forgotten assets among many that are not due.
 *
 * @throws Error when it finds others, or not all
 */
export async function timeSweeper(
  context: BenchContext,
  { pending, forgotten, rounds, onProgress }: SweeperOptions,
): Promise<SweeperMeasurements> {
  const { database } = await installPrivately(context);
  for (let done = 0; done < pending; done += CHUNK) {
    context.signal.throwIfAborted();
    await fill(database, { from: done + 1, to: Math.min(pending, done + CHUNK), pending, forgotten });
    onProgress(done, pending);
  }
  await database.query(`VACUUM ANALYZE pending_final`);
  const store = new PendingFinalStore(database);
  const findMs: number[] = [];
  const backlogMs: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const swept = await timed(() => sweep(store));
    findMs.push(swept.ms);
    if (swept.value.length !== forgotten) throw new Error(`the sweeper found ${swept.value.length}`);
    backlogMs.push((await timed(() => store.backlog())).ms);
    await forget(database, swept.value);
  }
  const plans = await explain(database, async (explaining) => {
    const explained = new PendingFinalStore(explaining);
    await explained.countDue();
    await explained.takeDue(PAGE, AGAIN_MS);
  });
  return { findMs: findMs.slice(1), backlogMs: backlogMs.slice(1), plans }; // the first queries, and the cache
}

/** What a step of the sweeper asks of the database. @returns ids of what is overdue */
async function sweep(store: PendingFinalStore): Promise<string[]> {
  const found: string[] = [];
  if ((await store.countDue()) === 0) return found;
  for (let taken = PAGE; taken === PAGE;) {
    const due = await store.takeDue(PAGE, AGAIN_MS);
    found.push(...due.map(({ assetId }) => assetId));
    taken = due.length;
  }
  return found;
}

/** Rows of work without the assets they belong to: nothing is asked of those. The forgotten ones are spread evenly. */
function fill(
  database: PrivateInstallation['database'],
  { from, to, pending, forgotten }: Pick<SweeperOptions, 'pending' | 'forgotten'> & { from: number; to: number },
): Promise<void> {
  return database.transaction(async (transaction) => {
    await transaction.query(`SET LOCAL session_replication_role = replica`); // no foreign keys
    await transaction.query(
      `INSERT INTO pending_final (asset_id, traffic_class, received_at, due_at)
       SELECT uuidv7(), 'normal', now(),
         now() + CASE WHEN n * $4::bigint / $3::bigint > (n - 1) * $4 / $3 THEN interval '-1 minute'
           ELSE interval '1 hour' + n * interval '1 second' END
       FROM generate_series($1::bigint, $2::bigint) AS n`,
      [from, to, pending, forgotten],
    );
  });
}

async function forget(database: PrivateInstallation['database'], ids: readonly string[]): Promise<void> {
  await database.query(`UPDATE pending_final SET due_at = now() - interval '1 minute' WHERE asset_id = ANY ($1)`, [
    ids,
  ]);
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
  const startedMs = performance.now();
  const value = await work();
  return { value, ms: rounded(performance.now() - startedMs) };
}
