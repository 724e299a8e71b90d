import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ScheduleList } from '#contracts/schedule-answer.js';
import { ScheduleStore } from '#persistence/schedule-store.js';
import { migratedDatabase, type MigratedDatabase } from '../support/migrated-database.js';
import { runCli, type CliEnded } from '../support/run-cli.js';

let made: MigratedDatabase;
beforeAll(async () => {
  made = await migratedDatabase(2);
});
afterAll(() => made.drop());

const schedule = (args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<CliEnded> =>
  runCli(['schedule', ...args], { DATABASE_URL: made.url, HEAVY_BATCH_SIZE: '8', ...environment });
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
    expect(await new ScheduleStore(made.database).list()).toMatchObject([
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

  it('asks for a size where that is left to measuring, as by default', async () => {
    const measured = { HEAVY_BATCH_SIZE: '' };
    expect((await schedule(['set', 'normal', '--mode', 'size'], measured)).error).toContain('--size');
    expect((await schedule([], measured)).out).toMatch(/normal.*measured/);
  });
});
