import 'reflect-metadata';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DeadlineStore } from '#persistence/deadline-store.js';
import { ConsoleScene } from './console-scene.js';

const MINUTE_MS = 60_000;
const NOBODY = '01890a5d-ac96-774b-bcce-b302099a80a1';

let scene: ConsoleScene;

beforeAll(async () => {
  scene = await ConsoleScene.open();
});
afterAll(() => scene.close());

it('are those of the assets that lack a final, with what is left by the database’s clock', async () => {
  const promised = { finalByMs: Date.now() + 10 * MINUTE_MS };
  const [bulk, settled, retried, hurried] = await Promise.all([
    scene.upload({}, { ...promised, trafficClass: 'bulk' }),
    scene.upload({}, promised),
    scene.upload({}, promised),
    scene.upload({}, { finalByMs: Date.now() - 10 * MINUTE_MS }),
  ]);
  await scene.settle(await scene.heavyResult(settled, {}));
  await scene.rows(`UPDATE pending_final SET final_by = 'infinity' WHERE asset_id = $1`, [retried]);
  await scene.rows(`UPDATE pending_final SET hurried_at = now() WHERE asset_id = $1`, [hurried]);
  const found = await new DeadlineStore(scene.database).find([bulk, settled, retried, hurried, NOBODY]);
  expect([...found.keys()].sort()).toEqual([bulk, retried, hurried].sort());
  expect(found.get(bulk)).toMatchObject({ assetId: bulk, trafficClass: 'bulk', hurried: false });
  expect(found.get(bulk)?.leftMs).toBeGreaterThan(9 * MINUTE_MS);
  expect(found.get(bulk)?.leftMs).toBeLessThanOrEqual(10 * MINUTE_MS);
  expect(found.get(retried)).toMatchObject({ trafficClass: 'normal', leftMs: Infinity, hurried: false });
  expect(found.get(hurried)).toMatchObject({ hurried: true });
  expect(found.get(hurried)?.leftMs).toBeLessThanOrEqual(-10 * MINUTE_MS);
  await scene.rows(`UPDATE pending_final SET due_at = now() - interval '1 minute' WHERE asset_id = $1`, [bulk]);
  const [overdue] = (await new DeadlineStore(scene.database).find([bulk])).values();
  expect(overdue?.dueInMs).toBeLessThanOrEqual(-MINUTE_MS);
});
