import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { CostAnswer } from '#contracts/cost-answer.js';
import { UsageStore } from '#persistence/usage-store.js';
import { ConsoleScene, HEAVY, NOON } from './console-scene.js';

let scene: ConsoleScene;
beforeAll(async () => {
  scene = await ConsoleScene.open();
  const minute = {
    tier: 'heavy',
    modelId: HEAVY,
    instance: randomUUID(),
    busyCoreMs: 30_000,
    allocatedCoreMs: 60_000,
    cpuMs: null,
    items: 100,
  } as const;
  await new UsageStore(scene.database).write([
    { ...minute, minuteMs: NOON - 60_000 },
    { ...minute, minuteMs: NOON - 25 * 3_600_000, items: 7 },
  ]);
});
afterAll(() => scene.close());

const ask = (query: string) => scene.ask<CostAnswer>('chief', 'GET', `/api/costs${query}`);

describe('GET /api/costs', () => {
  it('tells of the last day', async () => {
    const { status, body } = await ask('');
    expect(status).toBe(200);
    const { items, ...rest } = body;
    expect(rest).toMatchObject({
      since: '2026-05-31T12:00:00.000Z',
      until: '2026-06-01T12:00:00.000Z',
      seconds: 86_400,
      pricePerCoreHour: 0.04,
      currency: 'USD',
      total: { items: 100, busyCoreMs: 30_000, allocatedCoreMs: 60_000, cpuMs: null, utilisation: 0.5 },
    });
    expect(items).toMatchObject([{ tier: 'heavy', modelId: HEAVY, items: 100 }]);
    expect(items[0]?.cost).toBeCloseTo(0.04 / 60, 12);
    expect(items[0]?.itemsPerSecond).toBeCloseTo(100 / 86_400, 12);
  });

  it('tells of the time that is asked for', async () => {
    const { body } = await ask('?since=2026-05-31T11:00:00Z&until=2026-05-31T11:00:30Z');
    expect(body).toMatchObject({ until: '2026-05-31T11:01:00.000Z', seconds: 60, total: { items: 7 } });
    expect((await ask('?until=2026-05-30T00:00:00Z')).body).toMatchObject({ items: [], total: { costPerItem: null } });
  });

  it.each([
    ['no time', '?since=yesterday'],
    ['an end before the beginning', '?since=2026-05-31T11:00:00Z&until=2026-05-31T10:00:00Z'],
    ['a future', '?since=2027-01-01T00:00:00Z'],
    ['more than a year', '?since=2024-01-01T00:00:00Z'],
    ['what is not asked', '?from=2026-05-31T11:00:00Z'],
  ])('refuses %s', async (_what, query) => {
    const { status, type } = await ask(query);
    expect([status, type.split(';')[0]]).toEqual([400, 'application/problem+json']);
  });
});
