import 'reflect-metadata';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { drawSample } from '#imaging/draw-samples.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#persistence/embedded/start-embedded-postgres.js';
import { HeavyBell, openHeavyQueue } from '#queue/heavy-bell.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { describeQueues, type TestQueue } from '../support/queues.js';

const LOST = 'a client saw it accepted and there is no row; its bytes are here';

describeQueues('a PostgreSQL that is restored as it was before', (openQueue) => {
  let queue: TestQueue;
  let home: string;
  let postgres: EmbeddedPostgres;
  let product: Product;
  let jpeg: Uint8Array;

  beforeAll(async () => {
    jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
    queue = await openQueue();
    home = await mkdtemp(path.join(os.tmpdir(), 'portcullis-restore-'));
    postgres = await startEmbeddedPostgres({ home });
    const drop = async (): Promise<void> => {
      await postgres.stop();
      await rm(home, { recursive: true, force: true });
    };
    product = await Product.open({ redisUrl: queue.redisUrl, database: { url: postgres.url, drop } });
  });

  afterAll(async () => {
    await product.close();
    await queue.stop();
  });

  const data = (): string => path.join(home, 'postgres', 'data');
  const backup = (): string => path.join(home, 'backup');
  const submit = (count: number): Promise<string[]> =>
    Promise.all(Array.from({ length: count }, (_, n) => product.client.submit(jpeg, { key: `${count}-${n}` })));

  /** Does something to the files of a server that does not run meanwhile. */
  async function whileStopped(work: () => Promise<unknown>): Promise<void> {
    const port = Number(new URL(postgres.url).port);
    await postgres.stop();
    await work();
    postgres = await startEmbeddedPostgres({ home, port });
    await eventually('it answers', async () => (await product.count('asset')) >= 0);
  }

  const copy = (from: string, to: string): Promise<unknown> => promisify(execFile)('cp', ['-a', from, to]);

  it('loses what was accepted since, keeps its bytes, and labels everything else once', async () => {
    const batch = product.batch();
    await product.upload.start();
    const settled = await submit(2);
    await batch.start();
    await product.settled();
    const classifier = await batch.classifier();
    process.kill(classifier, 'SIGSTOP');
    const pending = await submit(3);
    await eventually('some are in hand', async () => (await product.count('pending_final WHERE attempts > 0')) > 0);
    await whileStopped(() => copy(data(), backup()));

    process.kill(classifier, 'SIGCONT');
    // the service may notice a little later that its database is back
    const answers = async (): Promise<boolean> => (await product.client.get('/v1/assets')).status === 200;
    await eventually('it is answered again', answers);
    const since = await submit(4);
    await product.settled();
    await Promise.all([product.upload.stop(), batch.stop()]);
    await whileStopped(async () => {
      await rm(data(), { recursive: true });
      await copy(backup(), data());
    });
    expect(await product.count('asset')).toBe(settled.length + pending.length);
    expect(await product.count('pending_final')).toBe(pending.length);

    // a bell of what is not there any more
    const place = { databaseUrl: product.databaseUrl, redisUrl: queue.redisUrl };
    const producer = openHeavyQueue(place);
    const bell = new HeavyBell(producer, place);
    await bell.wake();
    await product.upload.start();
    await batch.start();
    await product.settled();
    await eventually('nothing is left to hear', async () => (await bell.waiting()) === 0);
    await producer.close();

    expect(await product.count(`decision WHERE stage = 'final'`)).toBe(settled.length + pending.length);
    expect(await product.count('dead_letter')).toBe(0);
    expect((await product.stored()).toSorted()).toEqual([...settled, ...pending, ...since].toSorted());
    const { exitCode, orphans, faults } = await product.verify();
    expect([exitCode, orphans]).toEqual([1, since.length]);
    expect(faults.toSorted((one, other) => one.assetId.localeCompare(other.assetId))).toEqual(
      since.toSorted().map((assetId) => ({ assetId, fault: LOST })),
    );

    const again = await submit(4);
    expect(again.filter((id) => since.includes(id))).toEqual([]);
    await product.settled();
  });
});
