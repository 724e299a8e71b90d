import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { uuidv7 } from 'uuidv7';
import { allow } from '#fetching/url-guard.js';
import { craftPng, zeroImageData } from '#imaging/craft-png.js';
import { AccessStore } from '#persistence/access-store.js';
import type { BulkItem } from '#persistence/bulk-item.js';
import { BulkReportStore } from '#persistence/bulk-report-store.js';
import { BulkStore } from '#persistence/bulk-store.js';
import { BulkWorkStore } from '#persistence/bulk-work-store.js';
import { AssetFiles } from '#storage/asset-files.js';
import { createLogger } from '#telemetry/logger.js';
import { ArchiveFiles } from '../../apps/upload/batches/archive-files.js';
import { Archives } from '../../apps/upload/batches/archives.js';
import { fromBulk } from '../../apps/upload/batches/bulk-source.js';
import { BulkWorker } from '../../apps/upload/batches/bulk-worker.js';
import { Sleeper } from '../../apps/upload/batches/sleeper.js';
import { fetchSlots, hostSlots } from '../../apps/upload/fetching/fetch-slots.js';
import { eventually } from '../support/eventually.js';
import { firstClient, migratedDatabase, type MigratedDatabase } from '../support/migrated-database.js';

const HEADER = { width: 2, height: 2, bitDepth: 8, colourType: 2 } as const;
const IMAGE = craftPng(HEADER, [zeroImageData(HEADER)]);
const [DEAD, LIVE] = [40, 6];
/** Of one host, at the same time. */
const OF_HOST = 4;

let made: MigratedDatabase;
let home: string;
let server: Server;
beforeAll(async () => {
  made = await migratedDatabase(4);
  home = await mkdtemp(path.join(os.tmpdir(), 'bulk-hosts-'));
  server = createServer((request, response) => {
    // the dead one never answers
    if (request.headers.host?.startsWith('live') === true) response.end(IMAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await made.drop();
  await rm(home, { recursive: true, force: true });
});

async function clients(): Promise<[string, string]> {
  const first = await firstClient(made.database);
  return [first, await new AccessStore(made.database).ensureClient('other')];
}

const at = (host: string, count: number, port = 80): BulkItem[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ url: `http://${host}.example:${port}/${index}`, entry: null },
    ...{ externalId: null, uploaderId: null, metadata: null },
  }));

describe('batches of one client, all at a host that has its places', () => {
  it('have their turns in vain, as any others: nobody waits until they were looked through each time', async () => {
    const [client, other] = await clients();
    const submit = (clientId: string, items: readonly BulkItem[]): Promise<unknown> =>
      new BulkStore(made.database).create({
        ...{ id: uuidv7(), clientId, kind: 'urls', key: undefined, fingerprint: Buffer.from('x'), items },
      });
    for (let batches = 0; batches < 3; batches += 1) await submit(client, at('dead', 2));
    await submit(other, at('live', 2));
    const hosts = { taken: new Map([['dead.example', OF_HOST]]), max: OF_HOST };
    const lease = async (): Promise<(string | null)[]> => {
      const reach = { archives: [], shared: false, full: [], hosts };
      return (await new BulkWorkStore(made.database).lease(randomUUID(), 60_000, 1, reach)).map(({ host }) => host);
    };
    const passedOver = async (): Promise<number> => {
      const rows = await made.database.query<unknown[]>(
        `SELECT 1 FROM bulk_submission WHERE client_id = $1 AND served_at > created_at`,
        [client],
      );
      return rows.length;
    };
    expect([await lease(), await passedOver()]).toEqual([['live.example'], 1]);
    expect([await lease(), await passedOver()]).toEqual([['live.example'], 2]);
    // nothing is left but what waits for its host
    expect([await lease(), await passedOver()]).toEqual([[], 3]);
    await made.database.query(`UPDATE bulk_submission SET state = 'cancelled', finished_at = now()`);
  });
});

describe('a batch of which most images are at a host that hangs', () => {
  it('is worked off past them, and no more of them are waited for than a host may have', async () => {
    const clientId = await firstClient(made.database);
    const { port } = server.address() as AddressInfo;
    const id = uuidv7();
    const items = [...at('dead', DEAD, port), ...at('live', LIVE, port)];
    const submission = { id, clientId, kind: 'urls' as const, key: undefined, fingerprint: Buffer.from('x'), items };
    await new BulkStore(made.database).create(submission);

    const ending = new AbortController();
    const fetching = {
      web: {
        resolve: () => Promise.resolve(['127.0.0.1']),
        allowances: allow(['127.0.0.0/8'], [{ first: 1_024, last: 65_535 }]),
        totalMs: 60_000,
        signal: ending.signal,
      },
      slots: fetchSlots(),
      hosts: hostSlots(),
    };
    const archives = new Archives(new ArchiveFiles(path.join(home, 'bulk')), undefined);
    const options = { files: new AssetFiles(path.join(home, 'assets')), assetBytesMax: 10_000 };
    const [sleeper, underWay] = [new Sleeper(), { now: 0, most: 0 }];
    const worker = new BulkWorker({
      store: new BulkWorkStore(made.database),
      archives,
      tier: { isReady: true, predict: () => ({ wouldShed: false, retryAfterMs: 0, capacityPerSecond: 1 }) },
      work: async (item) => {
        if (item.host === 'dead.example') underWay.now += 1;
        underWay.most = Math.max(underWay.most, underWay.now);
        const assetId = uuidv7();
        try {
          await fromBulk(item, { fetching, archives }).receive(assetId, options);
          return { kind: 'accepted', assetId, verdict: 'allow' };
        } catch {
          return { kind: 'later', afterMs: 0, shed: true };
        } finally {
          if (item.host === 'dead.example') underWay.now -= 1;
        }
      },
      sleeper,
      log: createLogger('upload', 'silent'),
      token: randomUUID(),
    });
    const working = worker.run(ending.signal);
    const accepted = async (): Promise<number> =>
      (await new BulkReportStore(made.database).report(id, new Date())).counts.accepted;
    await eventually('those of the other host are done', async () => (await accepted()) === LIVE);
    ending.abort();
    sleeper.end();
    await working;
    expect(underWay).toEqual({ now: 0, most: OF_HOST });
  });
});
