import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Submission } from '#persistence/submission-store.js';
import type { Lease, LeasedAsset, Waiting } from '#persistence/pending-final-store.js';
import { OlderWorker } from '../support/older-worker.js';
import { ConsoleScene } from './console-scene.js';

const MINUTE_MS = 60_000;
/** Of a scene. */
const POOL_MAX = 5;
const MOST = { urgent: 4, normal: 4, bulk: 4 };

let scene: ConsoleScene;
beforeAll(async () => {
  scene = await ConsoleScene.open();
});
afterAll(() => scene.close());
beforeEach(async () => {
  scene.nowMs = Date.now();
  await scene.rows(`DELETE FROM pending_final`);
});

const lease = (): Lease => ({ token: randomUUID(), ms: MINUTE_MS });
const idsOf = (leased: readonly LeasedAsset[]): string[] => leased.map(({ assetId }) => assetId).sort();
const fresh = async (most: number, under = lease()): Promise<string[]> =>
  idsOf(await scene.pending.leaseFresh('normal', most, under));
const tried = async (under = lease()): Promise<string[]> => idsOf(await scene.pending.leaseTried('normal', under));

/** Uploads that came one after the other. */
async function upload(count: number, differing: Partial<Submission> = {}): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    scene.nowMs += 1;
    ids.push(await scene.upload({}, { receivedAtMs: scene.nowMs - 1_000, ...differing }));
  }
  return ids;
}

const set = (id: string | undefined, what: string): Promise<unknown> =>
  scene.rows(`UPDATE pending_final SET ${what} WHERE asset_id = $1`, [id]);
const expire = (id: string | undefined): Promise<unknown> => set(id, `lease_expires_at = now() - interval '1 second'`);
const waitingOf = async (of: Waiting['trafficClass']): Promise<Waiting | undefined> =>
  (await scene.pending.waiting(MOST)).find(({ trafficClass }) => trafficClass === of);

describe('what nobody has tried', () => {
  it('is leased in the order in which it came, what was brought forward before it, each class by itself', async () => {
    const [first, second, third, fourth] = await upload(4);
    const [urgent] = await upload(1, { trafficClass: 'urgent' });
    await set(third, 'hurried_at = now()');
    expect(await fresh(2)).toEqual([first, third].sort());
    expect(await fresh(9)).toEqual([second, fourth].sort());
    expect(await fresh(9)).toEqual([]);
    expect(idsOf(await scene.pending.leaseFresh('urgent', 9, lease()))).toEqual([urgent]);
  });

  it('goes by when it was received by the database’s clock, whatever its id says', async () => {
    const [early, late] = await upload(2);
    await set(early, `received_at = now() + interval '1 hour'`);
    expect(await fresh(1)).toEqual([late]);
  });

  it('comes with all that a worker needs of it, and the try is counted', async () => {
    const perceptual = { pdq: 'ab'.repeat(32), quality: 88 };
    const sha256 = 'cd'.repeat(32);
    const [id] = await upload(1, { perceptual, sha256 });
    expect(await scene.pending.leaseFresh('normal', 1, lease())).toEqual([
      { assetId: id, clientId: expect.any(String), attempts: 1, sha256, perceptual },
    ]);
  });

  it('is shared by workers that come at once, and none waits for another', async () => {
    const ids = await upload(30);
    const taken = await Promise.all(Array.from({ length: 10 }, () => fresh(3)));
    // one may be late and find all that it saw taken; what is left is there for the next
    const left = await fresh(30);
    expect([...taken.flat(), ...left].sort()).toEqual([...ids].sort());
  });

  it('is passed over while somebody writes to it', async () => {
    const [held, free] = await upload(2);
    await scene.database.transaction(async (other) => {
      await other.query(`SELECT FROM pending_final WHERE asset_id = $1 FOR UPDATE`, [held]);
      expect(await fresh(2)).toEqual([free]);
    });
    expect(await fresh(2)).toEqual([held]);
  });
});

describe('what was handed back untried', () => {
  it('is to be had at once, in its old place', async () => {
    const under = lease();
    const [first, second] = await upload(2);
    await fresh(1, under);
    await scene.pending.handBack(under.token, 0);
    expect(await fresh(1)).toEqual([first]);
    expect(await fresh(1)).toEqual([second]);
  });

  it('or after a while, before all others, and in their company', async () => {
    const under = lease();
    const [first, second] = await upload(2);
    await fresh(1, under);
    await scene.pending.handBack(under.token, MINUTE_MS);
    expect(await waitingOf('normal')).toMatchObject({ count: 1, tried: false });
    expect(await fresh(2)).toEqual([second]);
    const [third] = await upload(1);
    await expire(first);
    expect(await waitingOf('normal')).toMatchObject({ count: 2, tried: false });
    expect(await fresh(1)).toEqual([first]);
    expect(await fresh(1)).toEqual([third]);
  });

  it('has half of a batch at the most, so that what nobody has asked for yet goes on', async () => {
    const under = lease();
    const [late, fine] = [await upload(4), await upload(4)];
    await fresh(4, under);
    await scene.pending.handBack(under.token, MINUTE_MS);
    for (const id of late) await expire(id);
    expect(await fresh(4)).toEqual([...late.slice(0, 2), ...fine.slice(0, 2)].sort());
    expect(await fresh(4)).toEqual([...late.slice(2), ...fine.slice(2)].sort());
  });
});

describe('what a worker left that died', () => {
  it('goes in company when its lease has run out, before all others; and alone when another died over it', async () => {
    const [first, second] = await upload(2);
    await fresh(2);
    expect([await tried(), await fresh(2), (await waitingOf('normal'))?.count]).toEqual([[], [], 0]);
    await upload(2);
    for (const id of [first, second]) await expire(id);
    expect(await waitingOf('normal')).toMatchObject({ count: 4, tried: false });
    expect([await tried(), await fresh(2)]).toEqual([[], [first, second].sort()]);
    for (const id of [first, second]) await expire(id);
    expect(await waitingOf('normal')).toMatchObject({ count: 2, tried: true });
    expect([(await fresh(9)).length, (await tried()).length, (await tried()).length, await tried()]).toEqual([
      2,
      1,
      1,
      [],
    ]);
    expect(await scene.rows(`SELECT attempts FROM pending_final ORDER BY attempts`)).toEqual(
      [1, 1, 3, 3].map((attempts) => ({ attempts })),
    );
  });

  it('leaves room in a batch for what was handed back, and that for what is new', async () => {
    const [left, back, fine] = [await upload(1), await upload(4), await upload(4)];
    await fresh(1);
    const under = lease();
    await fresh(4, under);
    await scene.pending.handBack(under.token, MINUTE_MS);
    for (const id of [...left, ...back]) await expire(id);
    expect(await fresh(4)).toEqual([...left, ...back.slice(0, 2), ...fine.slice(0, 1)].sort());
  });

  it('is not what a worker itself is at work on, though it was too slow to keep its lease', async () => {
    const [own, other] = [lease(), lease()];
    const [first, second] = await upload(2);
    await fresh(1, own);
    await fresh(1, other);
    for (const id of [first, second]) await expire(id);
    const ofOthers = async (): Promise<string[]> =>
      idsOf(await scene.pending.leaseFresh('normal', 2, lease(), [own.token]));
    expect((await scene.pending.waiting(MOST, [own.token]))[1]?.count).toBe(1);
    expect([await ofOthers(), await ofOthers()]).toEqual([[second], []]);
    expect((await waitingOf('normal'))?.count).toBe(1);
    expect(await fresh(2)).toEqual([first]);
  });
});

describe('what is looked at alone', () => {
  it('is not what a worker itself is at work on either', async () => {
    const [own, other] = [lease(), lease()];
    const [first, second] = await upload(2);
    await set(first, `attempts = 2, lease_token = '${own.token}'`);
    await set(second, `attempts = 2, lease_token = '${other.token}'`);
    for (const id of [first, second]) await expire(id);
    const leased = await scene.pending.leaseTried('normal', lease(), [own.token]);
    expect([idsOf(leased), await scene.pending.leaseTried('normal', lease(), [own.token])]).toEqual([[second], []]);
    const [, normal] = await scene.pending.waiting(MOST, [own.token]);
    expect([normal?.tried, (await waitingOf('normal'))?.tried]).toEqual([false, true]);
    expect(await tried()).toEqual([first]);
  });

  it('is what failed, and it is put off before', async () => {
    const under = lease();
    const [id = ''] = await upload(1);
    await fresh(1, under);
    await scene.pending.giveBack([id], under.token, MINUTE_MS, 'it failed');
    expect([await tried(), await fresh(1), (await waitingOf('normal'))?.tried]).toEqual([[], [], false]);
    await expire(id);
    expect([await fresh(1), await tried()]).toEqual([[], [id]]);
  });
});

describe('a worker of the release before, beside one of today', () => {
  it('holds what it has leased, and counts its tries, until its lease has run out', async () => {
    const older = new OlderWorker(scene.database);
    const [id = '', other = ''] = await upload(2);
    expect(await older.lease([id])).toEqual([{ id, attempts: 1 }]);
    expect([await tried(), await fresh(9)]).toEqual([[], [other]]);
    await older.renew();
    expect(await fresh(1)).toEqual([]);
    await expire(id);
    expect(await fresh(1)).toEqual([id]);
    await older.renew();
    await older.giveBack([id], 0);
    expect([await tried(), await older.lease([id])]).toEqual([[], []]);
  });

  it('gives back what a newer one may have at once, without a delay', async () => {
    const older = new OlderWorker(scene.database);
    const [failed = '', untried = ''] = await upload(2);
    await older.lease([failed, untried]);
    await older.giveBack([failed], MINUTE_MS);
    await older.handBack(MINUTE_MS);
    expect([await tried(), await fresh(2)]).toEqual([[failed], [untried]]);
  });

  it('does not get what a newer one holds or has put off, and rings for it when its time has come', async () => {
    const older = new OlderWorker(scene.database);
    const ids = await upload(3, { dueAtMs: Date.now() - MINUTE_MS });
    const [failed = '', late = '', waits = ''] = ids;
    const [first, second] = [lease(), lease()];
    await scene.pending.lease([failed], first.token, MINUTE_MS);
    await scene.pending.lease([late], second.token, MINUTE_MS);
    expect([await older.sweep(), await older.lease([failed, late])]).toEqual([[waits], []]);
    await scene.pending.giveBack([failed], first.token, MINUTE_MS, 'it failed');
    await scene.pending.handBack(second.token, MINUTE_MS);
    expect([await older.sweep(), await older.lease([failed, late])]).toEqual([[], []]);
    await Promise.all([expire(failed), expire(late)]);
    expect((await older.sweep()).sort()).toEqual([failed, late].sort());
    expect(await older.lease([failed, late])).toEqual(
      expect.arrayContaining([
        { id: failed, attempts: 2 },
        { id: late, attempts: 1 },
      ]),
    );
  });
});

it('what is leased can be handed back while all connections but those that leases are taken on are taken', async () => {
  const under = lease();
  const [id] = await upload(1);
  await fresh(1, under);
  const runners = Array.from({ length: POOL_MAX }, () => scene.database.createQueryRunner());
  try {
    for (const runner of runners) await runner.connect();
    await scene.pending.handBack(under.token, 0);
  } finally {
    await Promise.all(runners.map((runner) => runner.release()));
  }
  expect(await fresh(1)).toEqual([id]);
});

describe('what waits, by class', () => {
  it('is nothing where nothing does', async () => {
    const nothing = { count: 0, oldestMs: 0, leftMs: Infinity, hurried: false, tried: false };
    expect(await scene.pending.waiting(MOST)).toEqual(
      ['urgent', 'normal', 'bulk'].map((trafficClass) => ({ trafficClass, ...nothing })),
    );
  });

  it('is told with its oldest and its first promise, by the database’s clock, and counted no further than asked', async () => {
    await upload(5, { finalByMs: Date.now() + 10 * MINUTE_MS });
    const [bulk] = await upload(1, { trafficClass: 'bulk', receivedAtMs: Date.now() - 2 * MINUTE_MS });
    await set(bulk, `hurried_at = now(), final_by = 'infinity'`);
    const normal = await waitingOf('normal');
    expect(normal).toMatchObject({ count: 4, hurried: false, tried: false });
    expect(normal?.leftMs).toBeGreaterThan(9 * MINUTE_MS);
    expect(normal?.leftMs).toBeLessThanOrEqual(10 * MINUTE_MS);
    expect(await waitingOf('bulk')).toMatchObject({ count: 1, leftMs: Infinity, hurried: true });
    expect((await waitingOf('bulk'))?.oldestMs).toBeGreaterThanOrEqual(2 * MINUTE_MS);
  });
});

it('a lease that is renewed is not to be had, and one that was lost stays lost', async () => {
  const under = lease();
  const [id] = await upload(1);
  await fresh(1, under);
  await set(id, `lease_expires_at = now() + interval '1 second'`);
  await scene.pending.renew(under.token, MINUTE_MS);
  const left = `SELECT lease_expires_at > now() + interval '30 seconds' AS held FROM pending_final`;
  expect(await scene.rows(left)).toEqual([{ held: true }]);
  await expire(id);
  await scene.pending.renew(under.token, MINUTE_MS);
  expect(await fresh(1)).toEqual([id]);
});
