import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Registry } from 'prom-client';
import type { UsageMinute } from '#moderation/capacity/usage-minute.js';
import { DatabaseLate } from '#persistence/errors.js';
import { UsageStore } from '#persistence/usage-store.js';
import { UsageMeter } from '#telemetry/usage-meter.js';
import { migratedDatabase, type MigratedDatabase } from '../support/migrated-database.js';

const NOON = Date.UTC(2026, 5, 1, 12);
const DAY = [new Date(NOON), new Date(NOON + 86_400_000)] as const;

let made: MigratedDatabase;
let store: UsageStore;
beforeAll(async () => {
  made = await migratedDatabase(3);
  store = new UsageStore(made.database);
});
afterAll(() => made.drop());
beforeEach(() => made.database.query('TRUNCATE usage'));

const minute = (differing: Partial<UsageMinute> = {}): UsageMinute => ({
  minuteMs: NOON,
  tier: 'heavy',
  modelId: 'big/1.0.0',
  instance: '01890a5d-ac96-774b-bcce-b302099a8057',
  busyCoreMs: 40_000.4,
  allocatedCoreMs: 60_000,
  cpuMs: 30_000,
  items: 20,
  ...differing,
});

const sums = { tier: 'heavy', modelId: 'big/1.0.0' };

describe('the store of usage', () => {
  it('counts a minute once however often it is written, and the most of it in whatever order', async () => {
    const more = minute({ busyCoreMs: 50_000, items: 25 });
    for (const written of [minute(), minute(), more, minute()]) await store.write([written]);
    expect(await store.sum(...DAY)).toEqual([
      { ...sums, busyCoreMs: 50_000, allocatedCoreMs: 60_000, cpuMs: 30_000, items: 25 },
    ]);
  });

  it('forgets what is old', async () => {
    await store.write([minute(), minute({ minuteMs: NOON - 60_000 })]);
    expect(await store.forget(new Date(NOON))).toBe(1);
    expect(await store.sum(new Date(0), DAY[1])).toEqual([expect.objectContaining({ items: 20 })]);
  });

  it('adds up two instances, and a restart in the same minute', async () => {
    await store.write([minute({ instance: randomUUID() }), minute({ instance: randomUUID(), cpuMs: null })]);
    await store.write([minute({ instance: randomUUID(), busyCoreMs: 1, allocatedCoreMs: 2, cpuMs: null, items: 3 })]);
    expect(await store.sum(...DAY)).toEqual([
      { ...sums, busyCoreMs: 80_001, allocatedCoreMs: 120_002, cpuMs: 30_000, items: 43 },
    ]);
  });

  it('keeps tiers and models apart, and tells no processor time where none was told', async () => {
    await store.write([
      minute({ cpuMs: null }),
      minute({ modelId: 'big/2.0.0', items: 2 }),
      minute({ tier: 'fast', modelId: 'small/1.0.0', items: 5 }),
    ]);
    const found = await store.sum(...DAY);
    expect(found.map(({ tier, modelId, items, cpuMs }) => [tier, modelId, items, cpuMs])).toEqual([
      ['fast', 'small/1.0.0', 5, 30_000],
      ['heavy', 'big/1.0.0', 20, null],
      ['heavy', 'big/2.0.0', 2, 30_000],
    ]);
  });

  it('takes the minutes that begin in the time asked for, its end not in it', async () => {
    const minutes = [-1, 0, 1, 2].map((at) => minute({ minuteMs: NOON + at * 60_000, items: 10 ** (at + 1) }));
    await store.write(minutes);
    const [found] = await store.sum(new Date(NOON), new Date(NOON + 120_000));
    expect(found?.items).toBe(110);
    expect(await store.sum(new Date(NOON + 200_000), new Date(NOON + 300_000))).toEqual([]);
  });

  it('writes nothing for nothing', async () => {
    await store.write([]);
    expect(await store.sum(...DAY)).toEqual([]);
  });

  it('gives the rows of a range by its index', async () => {
    const [{ plan }] = await made.database.transaction(async (transaction) => {
      await transaction.query('SET LOCAL enable_seqscan = off');
      const lines = await transaction.query<{ 'QUERY PLAN': string }[]>(
        'EXPLAIN SELECT sum(items) FROM usage WHERE minute >= now() AND minute < now()',
      );
      return [{ plan: lines.map((line) => line['QUERY PLAN']).join('\n') }];
    });
    expect(plan).toContain('usage_pkey');
  });
});

describe('the usage meter on a database', () => {
  it('counts once what was written although it was told that it was not, and what could not be written', async () => {
    let outcome: 'known' | 'unknown' | 'failed' = 'known';
    const write = async (minutes: readonly UsageMinute[]): Promise<void> => {
      if (outcome === 'failed') throw new DatabaseLate('cut before the commit');
      await store.write(minutes);
      if (outcome === 'unknown') throw new DatabaseLate('cut after the commit');
    };
    let warned = 0;
    let nowMs = NOON;
    const usage = new UsageMeter({
      registry: new Registry(),
      store: { write },
      log: { warn: () => (warned += 1) },
      nowMs: () => nowMs,
    });
    const heavy = usage.open('heavy', { processes: 1, threads: 1 });
    heavy.serves('big/1.0.0');
    for (outcome of ['known', 'unknown', 'failed', 'unknown', 'failed', 'known'] as const) {
      nowMs += 20_000;
      heavy.busy(15_000);
      heavy.answered(2);
      await usage.flush();
    }
    await usage.close(() => Promise.resolve());
    expect(warned).toBe(4);
    expect(await store.sum(...DAY)).toEqual([
      { ...sums, busyCoreMs: 90_000, allocatedCoreMs: 120_000, cpuMs: null, items: 12 },
    ]);
  });
});
