import 'reflect-metadata';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import { Queue } from 'bullmq';
import { Client } from 'pg';
import { OperationalError } from '#contracts/errors.js';
import { queueConnection, type QueuePlace } from '#queue/connection.js';
import { HEAVY_QUEUE, HeavyBell, openHeavyQueue } from '#queue/heavy-bell.js';
import { heavyProcessor } from '#queue/heavy.processor.js';
import { queueModule } from '#queue/queue.module.js';
import { eventually } from '../support/eventually.js';
import { MortalRedis } from '../support/mortal-redis.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { describeQueues, itInRedis, type TestQueue } from '../support/queues.js';

/** One process' end of the queue, in this process. */
interface Station {
  readonly bell: HeavyBell;
  /** How often it was woken. */
  heard(): number;
  /** Begins to hear. */
  listen(): void;
  /** Waits until both ends are connected. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

async function openStation(place: QueuePlace): Promise<Station> {
  let heard = 0;
  const processor = heavyProcessor(place, { hear: () => (heard += 1), fault: () => undefined });
  class Module {}
  const module = { module: Module, imports: [queueModule(place)], providers: [processor] };
  const app = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  const { worker } = app.get(processor);
  const bell = app.get(HeavyBell);
  return {
    bell,
    heard: () => heard,
    listen: () => void worker.run().catch(() => undefined),
    ready: async () => {
      await Promise.all([bell.waiting(), worker.waitUntilReady()]);
    },
    close: () => app.close(),
  };
}

describeQueues('the bell', (openQueue) => {
  let database: TestDatabase;
  let queue: TestQueue;
  let place: QueuePlace;
  const stations: Station[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    queue = await openQueue();
    place = { databaseUrl: database.url, redisUrl: queue.redisUrl };
  });

  afterEach(async () => {
    await Promise.all(stations.splice(0).map((station) => station.close()));
  });

  afterAll(async () => {
    await queue.stop();
    await database.drop();
  });

  async function station(): Promise<Station> {
    const opened = await openStation(place);
    stations.push(opened);
    return opened;
  }

  it('waits once in the queue, however often it is rung before it is heard', async () => {
    const [here, there] = [await station(), await station()];
    await here.bell.wake();
    await Promise.all([here.bell.wake(), there.bell.wake(), here.bell.wake()]);
    expect(await there.bell.waiting()).toBe(1);
    there.listen();
    await eventually('it is heard', () => there.heard() === 1);
    await eventually('nothing is left', async () => (await here.bell.waiting()) === 0);
    expect([here.heard(), there.heard()]).toEqual([0, 1]);
  });

  it('can be rung again when it has been heard', async () => {
    const here = await station();
    here.listen();
    for (const times of [1, 2, 3]) {
      // one that is being heard is still in the queue for a moment
      await eventually('it is heard', async () => {
        await here.bell.wake();
        return here.heard() >= times;
      });
    }
  });

  it('is what services of older releases left in the queue, too', async () => {
    const older = new Queue(HEAVY_QUEUE, { connection: queueConnection(place, 'produce') });
    const assetId = '01890a5d-ac96-774b-bcce-b302099a80a1';
    await older.add('label', { assetId }, { jobId: assetId, priority: 5, attempts: 3, removeOnComplete: true });
    const here = await station();
    expect(await here.bell.waiting()).toBe(1);
    here.listen();
    await eventually('it is heard', () => here.heard() === 1);
    await eventually('nothing is left', async () => (await here.bell.waiting()) === 0);
    await older.close();
  });

  it('that was wiped rings again, at the second try at the latest', async () => {
    const here = await station();
    here.listen();
    await here.ready();
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await queue.wipe((statement) => client.query(statement));
    await client.end();
    await here.bell.wake().catch((error: unknown) => {
      expect(error).toBeInstanceOf(OperationalError);
      return here.bell.wake();
    });
    await eventually('it is heard', () => here.heard() > 0);
  });
});

describe('a bell whose queue is away when it is made says so within seconds, and rings when it is there', () => {
  it('in PostgreSQL', async () => {
    const there = await createTestDatabase();
    const missing = new URL(there.url);
    missing.pathname = `${missing.pathname}_later`;
    const name = missing.pathname.slice(1);
    const client = new Client({ connectionString: there.url });
    await client.connect();
    await expectRings({ databaseUrl: missing.href, redisUrl: undefined }, async () => {
      await client.query(`CREATE DATABASE ${name}`);
    });
    await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await client.end();
    await there.drop();
  });

  itInRedis('in Redis', async () => {
    const redis = await MortalRedis.open();
    await expectRings({ databaseUrl: 'postgres://unused', redisUrl: redis.url }, () => redis.start());
    await redis.remove();
  });

  async function expectRings(place: QueuePlace, makeQueue: () => Promise<void>): Promise<void> {
    const producer = openHeavyQueue(place);
    const bell = new HeavyBell(producer, place);
    const late = await bell.wake().catch((error: unknown) => error);
    expect(late).toMatchObject({ name: 'QueueLate' });
    expect(late).toBeInstanceOf(OperationalError);
    await makeQueue();
    const ring = (): Promise<boolean> => bell.wake().then(() => true);
    await eventually('it rings', ring);
    expect(await bell.waiting()).toBe(1);
    await bell.onModuleDestroy();
    await producer.close();
  }
});
