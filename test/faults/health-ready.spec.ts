import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { DataSource } from 'typeorm';
import { boundedPoolOf } from '#persistence/bounded-pool.js';
import { openDatabase, ping } from '#persistence/database.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#persistence/embedded/start-embedded-postgres.js';
import { ApiKeyGuard } from '#service/api-key.guard.js';
import { HealthController, READINESS, type Readiness } from '#service/health.controller.js';
import { createHttpService, listen } from '#service/http-service.js';
import { createLogger } from '#telemetry/logger.js';
import { Metrics } from '#telemetry/metrics.js';
import { eventually } from '../support/eventually.js';

const ASKERS = 200;
const SCRAPERS = 20;

class HealthModule {}

const healthModule = (readiness: Readiness): DynamicModule => ({
  module: HealthModule,
  controllers: [HealthController],
  providers: [
    { provide: READINESS, useValue: readiness },
    { provide: APP_GUARD, useValue: new ApiKeyGuard(() => Promise.resolve(undefined)) },
  ],
});

let home: string;
let postgres: EmbeddedPostgres;
let database: DataSource;
let service: Awaited<ReturnType<typeof createHttpService>>;
let url: string;
let checks = 0;
let scrapes = 0;

beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'portcullis-ready-'));
  postgres = await startEmbeddedPostgres({ home });
  database = await openDatabase({ url: postgres.url, poolMax: 2 });
  const readiness: Readiness = {
    parts: {
      database: () => {
        checks += 1;
        return ping(database);
      },
    },
    metrics: new Metrics(),
    beforeScrape: async () => {
      scrapes += 1;
      await database.query('SELECT pg_sleep(0.2)');
    },
  };
  service = await createHttpService(healthModule(readiness), {
    log: createLogger('health', 'silent'),
    requestMsMax: 10_000,
  });
  url = `http://127.0.0.1:${await listen(service, '127.0.0.1', 0)}`;
});

afterAll(async () => {
  await service.close();
  await database.destroy();
  await postgres.stop();
  await rm(home, { recursive: true, force: true });
});

const ask = async (): Promise<{ status: number; body: unknown }> => {
  const response = await fetch(`${url}/health/ready`);
  return { status: response.status, body: await response.json() };
};

const READY = { status: 200, body: { status: 'ready', missing: {} } };
const AWAY = { status: 503, body: { status: 'not ready', missing: { database: 'does not answer' } } };

describe('whether a service is ready', () => {
  it('is asked of its database once for all who ask at a time, on no connection of an upload', async () => {
    const answers = await Promise.all(Array.from({ length: ASKERS }, ask));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    // an answer holds for half a second: on a slow machine so many askers take several of them
    expect(checks).toBeLessThan(ASKERS / 10);
    const { urgent, probe } = boundedPoolOf(database);
    expect([urgent.totalCount, probe.totalCount]).toEqual([0, 1]);
  });

  it('turns after its database is stopped, and again when it is back', async () => {
    await eventually('it is ready', async () => (await ask()).status === 200);
    const port = Number(new URL(postgres.url).port);
    await postgres.stop();
    await eventually('it is not ready', async () => (await ask()).status === 503);
    expect(await ask()).toEqual(AWAY);
    postgres = await startEmbeddedPostgres({ home, port });
    await eventually('it is ready again', async () => (await ask()).status === 200);
    expect(await ask()).toEqual(READY);
  });
});

it('a scrape reads what it must from the database once for all who scrape meanwhile', async () => {
  const texts = await Promise.all(Array.from({ length: SCRAPERS }, async () => (await fetch(`${url}/metrics`)).text()));
  expect(texts.every((text) => text.includes('process_cpu_seconds_total'))).toBe(true);
  expect(scrapes).toBeLessThan(SCRAPERS / 2);
});
