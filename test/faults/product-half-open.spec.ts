import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProblemBody } from '#contracts/problems.js';
import { drawSample } from '#imaging/draw-samples.js';
import { eventually } from '../support/eventually.js';
import { expectRecovered } from '../support/expect-recovered.js';
import { createTestDatabase } from '../support/postgres.js';
import { Product } from '../support/product.js';
import { SteadyLoad, type Told } from '../support/steady-load.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import type { TestService } from '../support/test-service.js';

/** Statements may take this long: less than in life, so that the test need not wait. */
const STATEMENT_MS = 2_500;
let jpeg: Uint8Array;
beforeAll(async () => {
  jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
});

describe('a PostgreSQL behind half-open connections, with the queue in it', () => {
  let proxy: TcpProxy;
  let product: Product;
  let batch: TestService;

  beforeAll(async () => {
    const database = await createTestDatabase();
    proxy = await TcpProxy.before(database.url);
    const limited = new URL(proxy.through(database.url));
    for (const limit of ['statement_timeout', 'query_timeout', 'idle_in_transaction_session_timeout']) {
      limited.searchParams.set(limit, String(STATEMENT_MS));
    }
    product = await Product.open({ database, settings: { DATABASE_URL: limited.href } });
    batch = product.batch();
    await Promise.all([product.upload.start(), batch.start()]);
  });

  afterAll(async () => {
    await product.close();
    await proxy.close();
  });

  function expectLate({ answer: { status, headers, body } }: Told): void {
    const { type } = body as unknown as ProblemBody;
    expect([status, headers.get('retry-after'), type]).toEqual([503, '1', 'urn:portcullis:problem:dependency-late']);
  }

  it('costs uploads a 503, and nothing that was accepted; all goes on by itself', async () => {
    const pids = [product.upload.pid, batch.pid];
    const load = new SteadyLoad(product.client, jpeg, { clients: 3 });
    await eventually('uploads are accepted', () => load.count(201) >= 10);
    proxy.swallow();
    await eventually('every upload is refused', () => load.count(503) >= 6);
    await Promise.all([product.upload.isUnready(), batch.isUnready()]);
    const accepted = load.count(201);
    await proxy.pass();
    await eventually('uploads are accepted again', () => load.count(201) >= accepted + 10);
    await load.stop();
    for (const told of load.told) if (told.answer.status !== 201) expectLate(told);
    expect(load.broken).toBe(0);

    for (const key of load.keys) await product.client.submit(jpeg, { key });
    expect(await product.count('asset')).toBe(load.keys.length);
    await expectRecovered({ product, batch, jpeg }, pids);
  });

  it('that are cut costs nothing that was accepted', async () => {
    const pids = [product.upload.pid, batch.pid];
    const before = await product.count('asset');
    const load = new SteadyLoad(product.client, jpeg, { clients: 3, keyPrefix: 'cut' });
    for (const accepted of [5, 10, 15]) {
      await eventually('uploads are accepted', () => load.count(201) >= accepted);
      proxy.cut();
    }
    await eventually('uploads are accepted', () => load.count(201) >= 20);
    await load.stop();
    for (const told of load.told) if (told.answer.status !== 201) expectLate(told);
    for (const key of load.keys) await product.client.submit(jpeg, { key });
    expect(await product.count('asset')).toBe(before + load.keys.length);
    await expectRecovered({ product, batch, jpeg }, pids);
  });
});
