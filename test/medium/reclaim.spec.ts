import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { ConsoleScene } from './console-scene.js';

const LEASE_MS = 60_000;
const AGAIN_MS = 30_000;

let scene: ConsoleScene;
beforeAll(async () => {
  scene = await ConsoleScene.open();
});
afterAll(() => scene.close());
beforeEach(async () => {
  scene.nowMs = Date.now();
  await scene.rows(`DELETE FROM pending_final`);
});

const overdue = (id: string, byMs: number): Promise<unknown> =>
  scene.rows(`UPDATE pending_final SET due_at = now() - $2 * interval '1 millisecond' WHERE asset_id = $1`, [id, byMs]);
const leased = async (id: string, expiredMs?: number): Promise<void> => {
  await scene.pending.lease([id], randomUUID(), LEASE_MS);
  if (expiredMs === undefined) return;
  await scene.rows(
    `UPDATE pending_final SET lease_expires_at = now() - $2 * interval '1 millisecond',
       due_at = now() - $2 * interval '1 millisecond' WHERE asset_id = $1`,
    [id, expiredMs],
  );
};
const forsaken = async (inHand: readonly string[] = []): Promise<string[]> =>
  (await scene.pending.takeForsaken(inHand, 100, AGAIN_MS)).map(({ assetId }) => assetId);

describe('what a worker died over', () => {
  it('is what was under a lease that has run out, whatever the queue knows, once in a while', async () => {
    const id = await scene.upload({});
    await leased(id, 10);
    expect(await forsaken()).toEqual([id]);
    expect(await forsaken()).toEqual([]);
    await overdue(id, 10);
    expect(await forsaken()).toEqual([id]);
  });

  it('is what the queue takes for held when it is overdue and nobody holds it', async () => {
    const [held, waiting, early] = [await scene.upload({}), await scene.upload({}), await scene.upload({})];
    await overdue(held, 10);
    await overdue(waiting, 10);
    expect(await forsaken([held, early, randomUUID()])).toEqual([held]);
    expect(await forsaken([held, early])).toEqual([]);
  });

  it('is nothing that a living worker has heard of, and what it holds keeps the time of its lease', async () => {
    const [heard, held] = [await scene.upload({}), await scene.upload({})];
    await leased(held);
    for (const id of [heard, held]) await overdue(id, 10);
    await scene.pending.putOff([heard, held, randomUUID()], AGAIN_MS);
    expect(await forsaken([heard])).toEqual([]);
    const rows = await scene.rows<{ id: string }>(`SELECT asset_id AS id FROM pending_final WHERE due_at < now()`);
    expect(rows).toEqual([{ id: held }]);
    // it dies and nobody puts it off any more
    await overdue(heard, 10);
    expect(await forsaken([heard])).toEqual([heard]);
  });

  it('is nothing that a worker holds, however long', async () => {
    const id = await scene.upload({});
    await leased(id);
    await overdue(id, 10);
    expect(await forsaken([id])).toEqual([]);
  });

  it('is left to the sweeper when its lease ran out long ago and the queue does not hold it', async () => {
    const id = await scene.upload({});
    await leased(id, 120_000);
    expect(await forsaken()).toEqual([]);
    expect((await scene.pending.takeDue(10, AGAIN_MS)).map(({ assetId }) => assetId)).toEqual([id]);
  });
});

it('of some assets, those are counted that lack a final', async () => {
  const [one, other] = [await scene.upload({}), await scene.upload({})];
  expect(await scene.pending.countOf([one, other, randomUUID()])).toBe(2);
  expect(await scene.pending.countOf([])).toBe(0);
});
