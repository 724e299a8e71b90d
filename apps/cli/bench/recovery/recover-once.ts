import { setTimeout as delay } from 'node:timers/promises';

import type { BenchContext } from '../bench-context.js';
import { Cleanup } from '../cleanup.js';
import { queueAssets } from '../heavy/queue-assets.js';
import type { PrivateInstallation } from '../private-installation.js';
import { processTree } from '../process-usage.js';
import { finalsOf } from '../warehouse/count-outcome.js';
import { startMortal } from '../warehouse/mortal-service.js';
import type { Recovery } from './recovery-options.js';

const POLL_MS = 100;
/** Far above what is promised: what takes longer is never. */
const WAIT_MS_MAX = 180_000;

export interface RecoverOptions {
  readonly assets: number;
  /** Of both services, on top of the environment. */
  readonly settings: Readonly<Record<string, string>>;
  readonly nextFile: () => Buffer;
}

/**
 * Kills a batch service with assets in hand while another one stands by, and waits until that one has labelled them. The
 * first one's classifiers are frozen before, so that it has what it leased in hand for as long as the other one takes to
 * start.
 *
 * @throws Error when not all have their finals in the end, or nothing tells which processes there are
 */
export async function recoverOnce(
  context: BenchContext,
  installation: PrivateInstallation,
  { assets, settings, nextFile }: RecoverOptions,
): Promise<Recovery> {
  const cleanup = new Cleanup();
  context.cleanup.defer(() => cleanup.run());
  const within = { ...context, cleanup };
  const wait = (what: string, where: string, count: (rows: number) => boolean): Promise<void> =>
    until(within, what, async () => count(await rowsOf(installation, where)));
  try {
    const mortal = await startMortal(within, installation, settings);
    const [, ...classifiers] = (await processTree(mortal.pid())) ?? [];
    if (classifiers.length === 0) throw new Error('nothing tells which processes there are');
    signal(classifiers, 'SIGSTOP');
    cleanup.defer(() => {
      signal(classifiers, 'SIGKILL');
      return Promise.resolve();
    });
    const { ids } = await queueAssets(installation, assets, nextFile);
    await wait('all bells are rung', 'outbox', (rows) => rows === 0);
    await wait('some are under a lease', 'pending_final WHERE lease_token IS NOT NULL', (rows) => rows > 0);
    await startMortal(within, installation, settings);
    await mortal.kill();
    signal(classifiers, 'SIGKILL'); // frozen, they would not see that their service is gone
    const death = await deathOf(installation);
    await wait('all are labelled', 'pending_final', (rows) => rows === 0);
    const finals = await finalsOf(installation, ids);
    if (finals.length !== ids.length) throw new Error(`${finals.length} finals of ${ids.length} assets`);
    return {
      leased: death.leased,
      lastLeaseMs: death.lastLeaseMs,
      finalsMs: finals.map(({ atMs }) => atMs - death.atMs).sort((a, b) => a - b),
    };
  } finally {
    await cleanup.run();
  }
}

/** What the killed service has left, and when, by the database's clock. */
async function deathOf({ database }: PrivateInstallation): Promise<{
  readonly atMs: number;
  readonly leased: number;
  readonly lastLeaseMs: number | null;
}> {
  const [row] = await database.query<{ atMs: number; leased: number; lastLeaseMs: number | null }[]>(
    `SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS "atMs",
       (count(*) FILTER (WHERE lease_token IS NOT NULL))::integer AS leased,
       max(extract(epoch FROM lease_expires_at - clock_timestamp()))::float8 * 1000 AS "lastLeaseMs"
     FROM pending_final`,
  );
  if (row === undefined) throw new Error('an aggregate has a row');
  return row;
}

async function rowsOf({ database }: PrivateInstallation, where: string): Promise<number> {
  const [row] = await database.query<{ n: number }[]>(`SELECT count(*)::integer AS n FROM ${where}`);
  return row?.n ?? 0;
}

async function until({ signal: aborted }: BenchContext, what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const endMs = Date.now() + WAIT_MS_MAX; !(await isSo());) {
    if (Date.now() > endMs) throw new Error(`it never came to be that ${what}`);
    await delay(POLL_MS, undefined, { signal: aborted });
  }
}

/** To whichever of them is there. */
function signal(pids: readonly number[], name: 'SIGSTOP' | 'SIGKILL'): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // it has ended already
    }
  }
}
