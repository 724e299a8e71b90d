import 'reflect-metadata';
import { afterEach, beforeAll, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ProblemBody } from '#contracts/problems.js';
import { drawSample } from '#imaging/draw-samples.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#persistence/embedded/start-embedded-postgres.js';
import { eventually } from '../support/eventually.js';
import { isRunning } from '../support/is-running.js';
import { Product } from '../support/product.js';
import { describeDisks, SmallDisk } from '../support/small-disk.js';
import { SteadyLoad } from '../support/steady-load.js';
import type { TestService } from '../support/test-service.js';

let jpeg: Uint8Array;
beforeAll(async () => {
  jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
});

describeDisks('a full disk', () => {
  let disk: SmallDisk;
  let product: Product;
  let batch: TestService;
  let pids: readonly number[];

  afterEach(async () => {
    // its directory is removed with the product's
    if (disk.place.startsWith(product.home)) disk.unmount();
    await product.close();
  });

  async function startServices(): Promise<void> {
    await product.upload.start();
    batch = product.batch();
    await batch.start();
    pids = [product.upload.pid, batch.pid];
  }

  /** Every answer that was not an acceptance asks to try again, nothing accepted is lost, and no service has ended. */
  async function expectOnlyLate(load: SteadyLoad): Promise<void> {
    const refused = load.told.filter(({ answer }) => answer.status !== 201);
    for (const { answer } of refused) {
      const { type } = answer.body as unknown as ProblemBody;
      expect([answer.status, answer.headers.get('retry-after'), type]).toEqual([
        503,
        '1',
        'urn:portcullis:problem:dependency-late',
      ]);
    }
    expect(load.broken).toBe(0);
    for (const key of load.keys) await product.client.submit(jpeg, { key });
    await product.settled();
    expect(await product.count('asset')).toBe(load.keys.length);
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], assets: load.keys.length });
    await Promise.all([product.upload.ready(), batch.ready()]);
    expect([product.upload.pid, batch.pid]).toEqual(pids);
  }

  it('of bytes costs uploads a 503 and leaves nothing half-written; all goes on when there is room', async () => {
    product = await Product.open();
    disk = SmallDisk.mount(path.join(product.home, 'assets'), 4);
    await startServices();
    const load = new SteadyLoad(product.client, jpeg, { clients: 3 });
    await eventually('uploads are accepted', () => load.count(201) >= 10);
    await disk.fill();
    const accepted = load.count(201);
    await eventually('uploads are refused', () => load.count(503) >= 6);
    expect(load.count(201)).toBeLessThanOrEqual(accepted + 3);
    await disk.free();
    await eventually('uploads are accepted again', () => load.count(201) >= accepted + 10);
    await load.stop();
    await expectOnlyLate(load);
    expect((await product.stored()).length).toBe(load.keys.length);
  });

  it('of PostgreSQL costs uploads a 503, whether it stops or goes on; all goes on when there is room', async () => {
    const home = await mkdtemp(path.join(os.tmpdir(), 'portcullis-full-'));
    disk = SmallDisk.mount(home, 200);
    let postgres: EmbeddedPostgres = await startEmbeddedPostgres({ home });
    const port = Number(new URL(postgres.url).port);
    const drop = async (): Promise<void> => {
      await postgres.stop();
      disk.unmount();
      await rm(home, { recursive: true, force: true });
    };
    product = await Product.open({ database: { url: postgres.url, drop } });
    await startServices();
    const load = new SteadyLoad(product.client, jpeg, { clients: 3 });
    await eventually('uploads are accepted', () => load.count(201) >= 10);
    await disk.fill();
    await product.rows(`SELECT pg_switch_wal()`).catch(() => undefined);
    await eventually('uploads are refused', () => load.count(503) >= 6);
    await disk.free();
    // it ends where it cannot write what it has promised to keep; whoever runs it starts it again
    process.stdout.write(`PostgreSQL ${isRunning(postgres.pid) ? 'went on' : 'had ended'}\n`);
    if (!isRunning(postgres.pid)) postgres = await startEmbeddedPostgres({ home, port });
    const accepted = load.count(201);
    await eventually('uploads are accepted again', () => load.count(201) >= accepted + 10);
    await load.stop();
    await expectOnlyLate(load);
  });
});
