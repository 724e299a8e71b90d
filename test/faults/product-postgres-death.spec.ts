import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ProblemBody } from '#contracts/problems.js';
import { drawSample } from '#imaging/draw-samples.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#persistence/embedded/start-embedded-postgres.js';
import { CommitGate } from '../support/commit-gate.js';
import { eventually } from '../support/eventually.js';
import { MortalRedis } from '../support/mortal-redis.js';
import { Product } from '../support/product.js';
import { itInRedis } from '../support/queues.js';
import { SteadyLoad } from '../support/steady-load.js';
import type { Answer } from '../support/test-client.js';
import type { TestService } from '../support/test-service.js';

jest.setTimeout(240_000);

const POOL = 3;

let home: string;
let postgres: EmbeddedPostgres;
let product: Product;
let batch: TestService;
let jpeg: Uint8Array;
beforeAll(async () => {
  jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
});

/** A product with a PostgreSQL that is its alone. @param redisUrl where its queue is; undefined: in that PostgreSQL */
async function open(redisUrl: string | undefined): Promise<void> {
  home = await mkdtemp(path.join(os.tmpdir(), 'portcullis-postgres-'));
  postgres = await startEmbeddedPostgres({ home });
  const drop = async (): Promise<void> => {
    await postgres.stop();
    await rm(home, { recursive: true, force: true });
  };
  product = await Product.open({
    database: { url: postgres.url, drop },
    settings: { DATABASE_POOL_MAX: String(POOL) },
    redisUrl,
  });
  batch = product.batch();
  await Promise.all([product.upload.start(), batch.start()]);
}

function expectLate({ status, headers, body }: Answer<unknown>): void {
  expect([status, headers.get('retry-after'), headers.get('content-type')]).toEqual([
    503,
    '1',
    'application/problem+json; charset=utf-8',
  ]);
  const { type, retryable } = body as ProblemBody;
  expect([type, retryable]).toEqual(['urn:portcullis:problem:dependency-late', true]);
}

/** PostgreSQL is killed under load, and started again. */
async function expectSurvived(): Promise<void> {
  const pids = [product.upload.pid, batch.pid];
  const port = Number(new URL(postgres.url).port);
  const load = new SteadyLoad(product.client, jpeg, { clients: 3 });
  const count = (status: number): number => load.count(status);
  await eventually('uploads are accepted', () => count(201) >= 10);
  process.kill(postgres.pid, 'SIGKILL');
  await eventually('uploads are refused', () => count(503) >= 10);
  await Promise.all([product.upload.isUnready(), batch.isUnready()]);
  expectLate(await product.client.get('/v1/assets'));
  expectLate(await product.client.with('pck_that_nobody_has_asked_for').get('/v1/assets'));

  const accepted = count(201);
  postgres = await startEmbeddedPostgres({ home, port });
  await eventually('uploads are accepted again', () => count(201) >= accepted + 10);
  await load.stop();
  expect(load.broken).toBe(0);
  expect(new Set(load.told.map(({ answer }) => answer.status))).toEqual(new Set([201, 503]));
  for (const { answer } of load.told) if (answer.status !== 201) expectLate(answer);

  const { keys } = load;
  for (const key of keys) await product.client.submit(jpeg, { key });
  await product.settled();
  expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], assets: keys.length });
  await Promise.all([product.upload.ready(), batch.ready()]);
  expect([product.upload.pid, batch.pid]).toEqual(pids);
  await product.upload.classifier();
}

describe('PostgreSQL', () => {
  beforeAll(() => open(undefined));
  afterAll(() => product.close());

  it('killed under load costs uploads a 503 and nothing else; all goes on when it is back', expectSurvived);

  it('with no connection free costs uploads a 503, and keeps those it has', async () => {
    const gate = await CommitGate.build(product);
    const before = await product.count('asset');
    const open = await gate.close();
    const uploads = Array.from({ length: POOL + 3 }, () => product.client.upload(jpeg));
    const refused = await Promise.race(uploads);
    expectLate(refused);
    await open();
    const answers = await Promise.all(uploads);
    const accepted = answers.filter(({ status }) => status === 201);
    expect(accepted.length).toBeGreaterThanOrEqual(POOL);
    for (const answer of answers) if (answer.status !== 201) expectLate(answer);
    expect(await product.count('asset')).toBe(before + accepted.length);
    await product.settled();
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [] });
  });
});

itInRedis('PostgreSQL killed under load, with the queue in Redis, costs no more than that', async () => {
  const redis = await MortalRedis.open();
  await redis.start();
  await open(redis.url);
  await expectSurvived();
  await product.close();
  await redis.remove();
});
