import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { PlaceFault } from './asset-bytes.js';
import { StorageLate } from './errors.js';
import { S3Bucket } from './s3-bucket.js';
import type { S3Place } from './s3-client.js';

let server: Server;
let bucket: S3Bucket;
let place: S3Place;
let asked = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked += 1;
    request.resume();
    if (request.method === 'GET') response.end('all of it');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  place = {
    ...{ bucket: 'bucket', region: 'us-east-1', endpoint: `http://127.0.0.1:${port}`, forcePathStyle: true },
    ...{ accessKeyId: 'key', secretAccessKey: 'secret' },
  };
  bucket = new S3Bucket(place);
});
afterAll(() => {
  bucket.close();
  server.closeAllConnections();
  server.close();
});

describe('a bucket', () => {
  it('is told nothing of a file that cannot be read: its put fails, and nothing else does', async () => {
    const faults: unknown[] = [];
    const onFault = (error: unknown): void => void faults.push(error);
    process.on('uncaughtException', onFault);
    const missing = { path: '/nowhere/at/all', bytes: 5, sha256: Buffer.alloc(32) };
    await expect(bucket.put('key', missing, 1_500)).rejects.toBeInstanceOf(StorageLate);
    process.off('uncaughtException', onFault);
    expect(faults).toEqual([]);
  });

  it('that sends more than the part that was asked for is not believed', async () => {
    const part = bucket.get('key', undefined, { offset: 4, bytes: 2 });
    await expect(part).rejects.toBeInstanceOf(StorageLate);
    expect(asked).toBeGreaterThanOrEqual(1);
  });

  const AWAY: PlaceFault = { kind: 'away', detail: 'the bucket does not answer' };
  it.each<[number | undefined, PlaceFault | undefined, boolean]>([
    [403, undefined, true],
    [416, undefined, true],
    [500, undefined, true],
    [500, AWAY, false],
    [503, undefined, false],
    [undefined, undefined, false],
  ])(
    'that answers with %s, its own fault being %j, refuses one object alone: %j',
    async (httpStatusCode, fault, alone) => {
      class Faulty extends S3Bucket {
        override fault(): Promise<PlaceFault | undefined> {
          return Promise.resolve(fault);
        }
      }
      const faulty = new Faulty(place);
      const error = new StorageLate('late', { cause: { $metadata: { httpStatusCode } } });
      expect([await faulty.refusesAlone(error), await faulty.refusesAlone(new Error('a defect'))]).toEqual([
        alone,
        false,
      ]);
      faulty.close();
    },
  );
});
