import 'reflect-metadata';
import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { DataSource } from 'typeorm';
import type { ScheduleList } from '#contracts/schedule-answer.js';
import { migrate, openDatabase } from '#persistence/database.js';
import { ScheduleStore } from '#persistence/schedule-store.js';
import { build } from '../support/built.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

jest.setTimeout(60_000);

/** Far more than a command takes to start and to ask. */
const COMMAND_MS_MAX = 20_000;

let made: TestDatabase;
let database: DataSource;
let script: string;
beforeAll(async () => {
  script = (await build())('apps/cli/main.js');
  made = await createTestDatabase();
  database = await openDatabase({ url: made.url, poolMax: 2 });
  await migrate(database);
});
afterAll(async () => {
  await database.destroy();
  await made.drop();
});

function schedule(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const env = { PATH: process.env['PATH'] ?? '', DATABASE_URL: made.url, ...environment };
  return new Promise<{ code: number; out: string; error: string }>((resolve) => {
    execFile(
      process.execPath,
      [script, 'schedule', ...args],
      { env, timeout: COMMAND_MS_MAX },
      (failed, out, error) => {
        resolve({ code: typeof failed?.code === 'number' ? failed.code : failed === null ? 0 : -1, out, error });
      },
    );
  });
}
const listOf = (out: string): ScheduleList['items'] => (JSON.parse(out) as ScheduleList).items;

describe('portcullis schedule', () => {
  it('shows, changes what is named, and goes back to the settings', async () => {
    const otherwise = { mode: 'hybrid', sizeMax: 8, waitMs: 100, from: 'settings' };
    expect(listOf((await schedule(['show', '--json'])).out)).toMatchObject([otherwise, otherwise, otherwise]);
    expect(listOf((await schedule(['set', 'bulk', '--size', '64', '--json'])).out)[2]).toMatchObject({
      ...otherwise,
      sizeMax: 64,
      from: 'admin',
      changedBy: 'cli',
    });
    const { out } = await schedule(['set', 'bulk', '--mode', 'time', '--wait', '500']);
    expect(out).toMatch(/bulk.*time.*64.*500 ms.*admin.*cli/);
    expect(await new ScheduleStore(database).list()).toMatchObject([
      { trafficClass: 'bulk', mode: 'time', sizeMax: 64, waitMs: 500, changedBy: 'cli' },
    ]);
    expect((await schedule([])).out).toMatch(/bulk.*time/);
    expect(listOf((await schedule(['clear', 'bulk', '--json'])).out)[2]).toMatchObject(otherwise);
  });

  it.each([
    ['another class', ['set', 'slow', '--size', '8'], 'slow'],
    ['another mode', ['set', 'bulk', '--mode', 'never'], 'never'],
    ['too many', ['set', 'bulk', '--size', '257'], 'whole number from 1 to 256'],
    ['a time of nothing', ['set', 'bulk', '--mode', 'time', '--wait', '0'], 'waitMs must be above 0'],
  ])('refuses %s in words', async (_case, args, words) => {
    const { code, error } = await schedule(args);
    expect(code).not.toBe(0);
    expect(error).toContain(words);
  });

  it('asks for a size where that is left to measuring', async () => {
    const measured = { HEAVY_BATCH_SIZE: '0' };
    expect((await schedule(['set', 'normal', '--mode', 'size'], measured)).error).toContain('--size');
    expect((await schedule([], measured)).out).toMatch(/normal.*measured/);
  });
});
