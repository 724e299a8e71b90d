import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect, it } from '@jest/globals';
import { drawSample } from '#imaging/draw-samples.js';
import type { Schedule } from '#moderation/capacity/batch-schedule.js';
import { STARTING_POLICY } from '#moderation/policy.js';
import type { TrafficClass } from '#moderation/words.js';
import { ScheduleStore } from '#persistence/schedule-store.js';
import { describeProduct } from '../support/describe-product.js';
import { eventually } from '../support/eventually.js';
import type { Product } from '../support/product.js';
import type { TestService } from '../support/test-service.js';

const SIZE = 8;
const TRICKLE_MS = 60;
/** What urgent assets are promised. */
const URGENT_MS = 5_000;

/** How many finals each transaction wrote, the first first: a batch is one transaction. */
const BATCHES = `SELECT count(*)::integer AS size FROM decision d JOIN asset a ON a.id = d.asset_id
  WHERE d.stage = 'final' AND d.asset_id = ANY ($1) GROUP BY d.decided_at ORDER BY d.decided_at`;

const finalWithinMs = { ...STARTING_POLICY.finalWithinMs, urgent: URGENT_MS };

describeProduct('a batch goes by its schedule', { policy: { ...STARTING_POLICY, finalWithinMs } }, (given) => {
  let product: Product;
  let schedules: ScheduleStore;
  let batch: TestService;
  let jpeg: Uint8Array;

  beforeAll(async () => {
    ({ product } = given);
    schedules = new ScheduleStore(product.database);
    jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
    await product.upload.start();
    batch = product.batch();
    await batch.start();
  });

  const set = async (of: TrafficClass, schedule: Schedule): Promise<void> => {
    await schedules.set(of, schedule, 'test');
    const text = JSON.stringify(schedule).replaceAll(/[{}]/g, String.raw`\$&`);
    await batch.writes(new RegExp(`"${of}":${text}`));
  };
  const submit = (of: TrafficClass) => product.client.submit(jpeg, { fields: { class: of } });
  /** Uploads one after the other, as people do. */
  const trickle = async (count: number): Promise<string[]> => {
    const ids: string[] = [];
    while (ids.length < count) {
      ids.push(await submit('normal'));
      await delay(TRICKLE_MS);
    }
    return ids;
  };
  const sizesOf = async (ids: readonly string[]): Promise<number[]> =>
    (await product.rows<{ size: number }>(BATCHES, [ids])).map(({ size }) => size);

  it('first at a size and then by time, changed while it runs', async () => {
    await set('normal', { mode: 'size', sizeMax: SIZE, waitMs: 0 });
    const first = await trickle(2 * SIZE + 3);
    await eventually('two full batches have their finals', async () => (await sizesOf(first)).length === 2);
    expect(await sizesOf(first)).toEqual([SIZE, SIZE]);
    // three are left over, and wait for company for ever
    expect(await product.count('pending_final')).toBe(3);

    await set('normal', { mode: 'time', sizeMax: 2 * SIZE, waitMs: 500 });
    await eventually('what waited went at the change', async () => (await product.count('pending_final')) === 0);
    const second = await trickle(SIZE);
    await product.settled();
    const ages = await product.rows<{ ms: number }>(
      `SELECT extract(epoch FROM max(d.decided_at - a.received_at))::float8 * 1000 AS ms
       FROM decision d JOIN asset a ON a.id = d.asset_id WHERE d.stage = 'final' AND a.id = ANY ($1)
       GROUP BY d.decided_at`,
      [second],
    );
    for (const { ms } of ages) expect(ms).toBeGreaterThanOrEqual(500);
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], pending: 0 });
  });

  it('and the service says what it makes of its time', async () => {
    const reported = `batch_worker WHERE batch_size = ${SIZE} AND useful_ms > 0 AND startup_ms > 0 AND idle_ms > 0`;
    await eventually('its time is reported', async () => (await product.count(reported)) === 1);
    const efficiency = await batch.metric('portcullis_batch_efficiency');
    expect(efficiency).toBeGreaterThan(0);
    expect(efficiency).toBeLessThan(1);
    expect(await batch.metric('portcullis_batch_process_seconds_total', { kind: 'useful' })).toBeGreaterThan(0);
  });

  it('at once when its deadline nears, however long it might wait for company', async () => {
    await set('urgent', { mode: 'hybrid', sizeMax: 64, waitMs: 3_600_000 });
    const dispatched = (labels: Record<string, string> = {}): Promise<number> =>
      batch.metric('portcullis_batch_dispatches_total', { class: 'urgent', ...labels });
    expect(await dispatched()).toBe(0);
    await submit('urgent');
    // an hour would be a hang
    await product.settled();
    expect(await dispatched({ reason: 'deadline' })).toBeGreaterThan(0);
    expect(await dispatched({ reason: 'deadline' })).toBe(await dispatched());
  });
});
