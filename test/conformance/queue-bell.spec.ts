import 'reflect-metadata';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import { Client } from 'pg';
import { uuidv7 } from 'uuidv7';
import { OperationalError } from '#contracts/errors.js';
import type { HeavyJob } from '#contracts/heavy-job.js';
import type { TrafficClass } from '#moderation/words.js';
import type { QueuePlace } from '#queue/connection.js';
import { HeavyBell, openHeavyQueue } from '#queue/heavy-bell.js';
import { heavyProcessor } from '#queue/heavy.processor.js';
import { queueModule } from '#queue/queue.module.js';
import { eventually } from '../support/eventually.js';
import { MortalRedis } from '../support/mortal-redis.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { describeQueues, itInRedis, type TestQueue } from '../support/queues.js';

const LOCK_MS = 1_000;

/** What a listener does with a bell; it has nothing more to do unless told. */
type Hear = (job: HeavyJob) => Promise<void>;

/** One process' end of the queue, in this process. */
interface Station {
  readonly bell: HeavyBell;
  readonly heard: string[];
  /** Begins to hear. */
  listen(): void;
  /** Waits until both ends are connected. */
  ready(): Promise<void>;
  /** Ends with what it has in hand, as a process that dies does. */
  die(): Promise<void>;
  close(): Promise<void>;
}

async function openStation(place: QueuePlace, hear: Hear = () => Promise.resolve(), concurrency = 4): Promise<Station> {
  const heard: string[] = [];
  const processor = heavyProcessor(
    place,
    { concurrency, lockMs: LOCK_MS },
    {
      hear: (job) => {
        heard.push(job.assetId);
        return hear(job);
      },
      fault: () => undefined,
    },
  );
  class Module {}
  const module = { module: Module, imports: [queueModule(place)], providers: [processor] };
  const app = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  const { worker } = app.get(processor);
  const bell = app.get(HeavyBell);
  return {
    bell,
    heard,
    listen: () => void worker.run().catch(() => undefined),
    ready: async () => {
      await Promise.all([bell.holding(), worker.waitUntilReady()]);
    },
    die: () => worker.close(true),
    close: () => app.close(),
  };
}

const ringsFor = (assetIds: readonly string[], trafficClass: TrafficClass = 'normal') =>
  assetIds.map((assetId) => ({ assetId, trafficClass }));

const newIds = (count: number): string[] => Array.from({ length: count }, () => uuidv7());

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

  async function station(hear?: Hear, concurrency?: number): Promise<Station> {
    const opened = await openStation(place, hear, concurrency);
    stations.push(opened);
    return opened;
  }

  const emptied = ({ bell }: Station): Promise<unknown> =>
    eventually('the queue is empty', async () => (await bell.holding()).all === 0);

  it('is heard once for each asset, however often it is rung before it is heard', async () => {
    const here = await station();
    const ids = newIds(20);
    await here.bell.ring(ringsFor(ids));
    await Promise.all([here.bell.ring(ringsFor(ids)), here.bell.ring(ringsFor(ids.slice(5)))]);
    expect(await here.bell.holding()).toEqual({ all: 20, waiting: 20 });
    here.listen();
    await emptied(here);
    expect(here.heard.toSorted()).toEqual(ids);
  });

  it('can be rung again when it has been heard', async () => {
    const here = await station();
    const [id = ''] = newIds(1);
    here.listen();
    for (const times of [1, 2, 3]) {
      await here.bell.ring(ringsFor([id]));
      await eventually('it is heard', () => here.heard.length === times);
      await emptied(here);
    }
  });

  it('is heard by many at once, and by no more than asked for', async () => {
    let atOnce = 0;
    let most = 0;
    const waiting: (() => void)[] = [];
    const here = await station(async () => {
      most = Math.max(most, (atOnce += 1));
      await new Promise<void>((resolve) => waiting.push(resolve));
      atOnce -= 1;
    }, 3);
    await here.bell.ring(ringsFor(newIds(7)));
    here.listen();
    await eventually('three are in hand', () => waiting.length === 3);
    expect(await here.bell.holding()).toEqual({ all: 7, waiting: 4 });
    await eventually('all are heard', () => {
      for (const release of waiting.splice(0)) release();
      return here.heard.length === 7 && atOnce === 0;
    });
    expect(most).toBe(3);
    await emptied(here);
  });

  it('rings first for what is urgent, then for what is normal', async () => {
    const here = await station(undefined, 1);
    const [bulk, normal, urgent] = [newIds(3), newIds(3), newIds(3)];
    await here.bell.ring([...ringsFor(bulk, 'bulk'), ...ringsFor(normal, 'normal')]);
    await here.bell.ring(ringsFor(urgent, 'urgent'));
    here.listen();
    await emptied(here);
    expect(here.heard).toEqual([...urgent, ...normal, ...bulk]);
  });

  it('rings again for what failed, and is silent after the third time', async () => {
    const here = await station(() => Promise.reject(new Error('not today')));
    const ids = newIds(2);
    await here.bell.ring(ringsFor(ids));
    here.listen();
    await emptied(here);
    expect(here.heard.toSorted()).toEqual(ids.flatMap((id) => [id, id, id]));
    await here.bell.ring(ringsFor(ids.slice(0, 1)));
    await eventually('it is heard anew', () => here.heard.length === 7);
    await emptied(here);
  });

  it('is heard by another when who heard it died, however often that happens', async () => {
    const ids = newIds(3);
    await (await station()).bell.ring(ringsFor(ids));
    for (let deaths = 0; deaths < 2; deaths += 1) {
      const mortal = await station(() => new Promise(() => undefined));
      mortal.listen();
      await eventually('they are heard', () => mortal.heard.length === 3);
      await mortal.die();
    }
    const heir = await station();
    heir.listen();
    await emptied(heir);
    expect(heir.heard.toSorted()).toEqual(ids);
  });

  it('is heard by the heir of a dead worker before all that waits', async () => {
    const mortal = await station(() => new Promise(() => undefined), 3);
    const [dead, others] = [newIds(3), newIds(5)];
    await mortal.bell.ring(ringsFor(dead));
    mortal.listen();
    await eventually('they are heard', () => mortal.heard.length === 3);
    await mortal.bell.ring(ringsFor(others));
    await mortal.die();
    const waiting = openHeavyQueue(place);
    const areFirst = async (): Promise<boolean> => {
      const ids = await waiting.getRanges(['waiting', 'prioritized'], 0, 2, true);
      return dead.every((id) => ids.includes(id));
    };
    let begun: Promise<unknown> | undefined;
    const heir = await station(async () => {
      begun ??= eventually('they come first', areFirst);
      await begun;
    }, 1);
    heir.listen();
    await emptied(heir);
    expect(heir.heard.slice(1, 4).toSorted()).toEqual(dead);
    expect(heir.heard.toSorted()).toEqual([...dead, ...others].toSorted());
    await waiting.close();
  });

  it('tells what is in hand, and rings beside that under a number of its own', async () => {
    const held = await station(() => new Promise(() => undefined));
    const [first = '', second = '', waiting = ''] = newIds(3);
    await held.bell.ring(ringsFor([first, second]));
    held.listen();
    await eventually('they are heard', () => held.heard.length === 2);
    await held.die();
    expect(await held.bell.inHand()).toEqual(
      new Map([
        [first, 0],
        [second, 0],
      ]),
    );
    await held.bell.ring(ringsFor([first, waiting]));
    const besides = [{ assetId: first, trafficClass: 'normal', beside: 1, hurried: true } as const];
    await Promise.all([held.bell.ring(besides), held.bell.ring(besides)]);
    expect(await held.bell.holding()).toEqual({ all: 4, waiting: 2 });
    const heir = await station();
    heir.listen();
    await emptied(heir);
    expect(heir.heard.toSorted()).toEqual([first, first, second, waiting].toSorted());
    expect(heir.heard[0]).toBe(first);
    expect((await heir.bell.inHand()).size).toBe(0);
  });

  it('that was wiped rings again, at the second try at the latest', async () => {
    const here = await station();
    here.listen();
    await here.ready();
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await queue.wipe((statement) => client.query(statement));
    await client.end();
    const ids = newIds(3);
    await here.bell.ring(ringsFor(ids)).catch((error: unknown) => {
      expect(error).toBeInstanceOf(OperationalError);
      return here.bell.ring(ringsFor(ids));
    });
    await eventually('they are heard', () => here.heard.length === 3);
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
    const late = await bell.ring(ringsFor(newIds(1))).catch((error: unknown) => error);
    expect(late).toMatchObject({ name: 'QueueLate' });
    expect(late).toBeInstanceOf(OperationalError);
    await makeQueue();
    const ids = newIds(2);
    const ring = (): Promise<boolean> => bell.ring(ringsFor(ids)).then(() => true);
    await eventually('it rings', ring);
    expect((await bell.holding()).waiting).toBeGreaterThanOrEqual(2);
    await bell.onModuleDestroy();
    await producer.close();
  }
});
