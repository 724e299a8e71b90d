import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NO_FIGURES } from '#moderation/sources/source.js';
import { outcomeCounts } from '#moderation/sources/source-counts.js';
import { SourceItemStore, type HandledItem } from '#persistence/source-item-store.js';
import { withSourceLock } from '#persistence/source-lock.js';
import { SourceReportStore } from '#persistence/source-report-store.js';
import { SourceStore, type IngestSource } from '#persistence/source-store.js';
import { firstClient, migratedDatabase, type MigratedDatabase } from '../support/migrated-database.js';

let made: MigratedDatabase;
let sources: SourceStore;
let items: SourceItemStore;
let source: IngestSource;
beforeAll(async () => {
  made = await migratedDatabase(3);
  sources = new SourceStore(made.database);
  items = new SourceItemStore(made.database);
  const clientId = await firstClient(made.database);
  source = await sources.ensure({ kind: 'folder', location: '/srv/pictures', clientId });
});
afterAll(() => made.drop());

const failed = (key: string | Buffer, version = '1'): HandledItem => ({
  key: Buffer.from(key),
  version,
  change: 'new',
  outcome: 'failed',
  assetId: null,
  verdict: null,
  reason: 'busy',
  detail: 'no time',
});

describe('a source', () => {
  it('is made once for a client and a place', async () => {
    const { kind, location, clientId } = source;
    expect(await sources.ensure({ kind, location, clientId })).toEqual(source);
    expect(await sources.list()).toEqual([source]);
    expect(source).toMatchObject({ client: 'shop', run: 0, figures: NO_FIGURES, startedAt: null });
  });

  it('begins a run, goes on with one that has not ended, and keeps its class', async () => {
    const first = await sources.begin(source.id, 'bulk');
    expect(first).toMatchObject({ goesOn: false, source: { run: 1, trafficClass: 'bulk', cursor: null } });
    const figures = { ...NO_FIGURES, listed: 3 };
    await sources.advance(source.id, 1, Buffer.from([0xff, 0x00]), figures);
    expect(await sources.begin(source.id, 'urgent')).toMatchObject({
      goesOn: true,
      source: { run: 1, trafficClass: 'bulk', cursor: Buffer.from([0xff, 0x00]), figures },
    });
    await sources.end(source.id, 1, figures);
    expect(await sources.begin(source.id, 'urgent')).toMatchObject({
      goesOn: false,
      source: { run: 2, trafficClass: 'urgent', cursor: null, figures: NO_FIGURES, endedAt: null },
    });
    // a process that slept through all this moves nothing
    await sources.advance(source.id, 1, Buffer.from('z'), figures);
    await sources.end(source.id, 1, figures);
    expect(await sources.find(source.id)).toMatchObject({ run: 2, cursor: null, endedAt: null });
  });

  it('is worked on by one process at a time', async () => {
    const inner = await withSourceLock(made.database, source.id, () =>
      withSourceLock(made.database, source.id, () => Promise.resolve('both')),
    );
    expect(inner).toEqual({ done: undefined });
    const failing = withSourceLock(made.database, source.id, () => Promise.reject(new Error('it failed')));
    await expect(failing).rejects.toThrow('it failed');
    expect(await withSourceLock(made.database, source.id, () => Promise.resolve(1))).toEqual({ done: 1 });
  });
});

describe('its items', () => {
  it('are remembered by their bytes, with how often a version was tried', async () => {
    const keys = [Buffer.from([0x61, 0xff]), Buffer.from('a\\xff'), Buffer.from('a\'"{},\n')];
    await items.remember(
      source.id,
      1,
      keys.map((key) => failed(key)),
    );
    await items.remember(source.id, 2, [failed(keys[0] ?? ''), failed(keys[1] ?? '', '2')]);
    const rows = await items.unsettled(source.id, ['failed'], undefined, 10);
    const found = rows.map(({ key, version, attempts, run }) => ({
      key: key.toString('latin1'),
      version,
      attempts,
      run,
    }));
    expect(found).toEqual([
      { key: 'a\'"{},\n', version: '1', attempts: 1, run: 1 },
      { key: 'a\\xff', version: '2', attempts: 1, run: 2 },
      { key: 'a\xff', version: '1', attempts: 2, run: 2 },
    ]);
    expect(await items.unsettled(source.id, ['failed'], rows[0]?.key, 1)).toEqual([rows[1]]);
    expect(await items.unsettled(source.id, ['refused'], undefined, 10)).toEqual([]);
    const version = '1';
    const asked = [Buffer.from('other'), ...keys.slice(0, 1)].map((key) => ({
      ...{ key, version, externalId: key.toString('latin1'), saidVersion: version },
    }));
    expect(await items.remembered(source.id, asked)).toEqual([
      { key: keys[0], version: '1', outcome: 'failed', run: 2 },
    ]);
  });

  it('are counted page by page as all at once', async () => {
    await items.remember(
      source.id,
      3,
      Array.from({ length: 23 }, (_, index) => failed(`page ${index}`)),
    );
    const reports = new SourceReportStore(made.database);
    const whole = outcomeCounts(await reports.groups(source.id, 3));
    expect(whole).toEqual({ items: 26, accepted: {}, refused: {}, failed: { busy: 26 } });
    for (const most of [1, 5, 13, 26, 27]) {
      const groups = await reports.groups(source.id, 3, most);
      expect(outcomeCounts(groups)).toEqual(whole);
      expect(outcomeCounts(groups.filter(({ isOfRun }) => isOfRun)).items).toBe(23);
    }
  });
});
