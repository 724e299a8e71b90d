import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccessStore } from '#persistence/access-store.js';
import type { Client } from '#persistence/client-store.js';
import { NO_INSTALLATION, itSaysWhatIsWrong } from '../support/cli-faults.js';
import { migratedDatabase, type MigratedDatabase } from '../support/migrated-database.js';
import { askCli, runCli, type CliEnded } from '../support/run-cli.js';

let made: MigratedDatabase;
beforeAll(async () => {
  made = await migratedDatabase(2);
  await new AccessStore(made.database).ensureClient('taken');
});
afterAll(() => made.drop());

const clients = (args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<CliEnded> =>
  runCli(['clients', ...args], { DATABASE_URL: made.url, ...environment });
const answer = <T>(...args: string[]): Promise<T> => askCli<T>(['clients', ...args], { DATABASE_URL: made.url });

describe('portcullis clients', () => {
  it('makes a client, changes what is named of its limits, and shows what it has sent', async () => {
    const made = await answer<Client>('create', 'press', '--uploads-per-minute', '600');
    expect(made).toMatchObject({ name: 'press', uploadsPerMinute: 600, assetsPerDay: null, retentionDays: null });
    expect(await answer('set', 'press', '--assets-per-day', '50000')).toEqual({ ...made, assetsPerDay: 50_000 });
    expect(await answer('set', 'press', '--uploads-per-minute', 'none')).toEqual({
      ...made,
      assetsPerDay: 50_000,
      uploadsPerMinute: null,
    });
    const kept = { retentionDays: 90, assetsPerDay: 50_000 };
    expect(await answer('set', 'press', '--retention-days', '90')).toMatchObject(kept);
    const shown = await clients(['show', 'press']);
    expect(shown.out).toMatch(/press +│ +no limit │ +50000 │ +90 days │ +0 │/);
    expect(await answer('set', 'press', '--retention-days', 'none')).toMatchObject({ retentionDays: null });
    expect(shown.out).toMatch(/\n0 assets and 0 images for inference since midnight UTC\n$/);
    expect((await answer<Client[]>('list')).map(({ name }) => name)).toEqual(['press', 'taken']);
  });

  itSaysWhatIsWrong(clients, [
    ['a name that is none', ['create', 'my shop'], {}, 1, 'must be up to 64 letters'],
    ['a name that is taken', ['create', 'taken'], {}, 2, 'there is a client called taken already'],
    ['a client that there is not', ['set', 'nobody'], {}, 2, 'there is no client called nobody'],
    ['a limit of nothing', ['set', 'taken', '--assets-per-day', '0'], {}, 1, 'from 1 to 1000000000, or none'],
    ['a time that is none', ['set', 'taken', '--retention-days', '0.5'], {}, 1, 'from 1 to 36500, or none'],
    NO_INSTALLATION,
  ]);
});
