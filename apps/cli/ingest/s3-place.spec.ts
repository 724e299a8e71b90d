import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { StorageLate } from '#storage/errors.js';

import { ItemFault } from './place.js';
import { S3Place } from './s3-place.js';

let server: Server;
let bucketStatus = 200;
beforeAll(async () => {
  server = createServer(({ method }, response) => response.writeHead(method === 'HEAD' ? bucketStatus : 500).end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

it('an object that the bucket never gives is unreadable where the bucket answers, and away where it does not', async () => {
  const { port } = server.address() as AddressInfo;
  const place = await S3Place.at('s3://pictures/in/', {
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${port}`,
    forcePathStyle: true,
    accessKeyId: 'key',
    secretAccessKey: 'secret',
  });
  const item = { key: Buffer.from('in/a.jpg'), version: '3 "tag"' };
  await expect(place.open(item)).rejects.toBeInstanceOf(ItemFault);
  bucketStatus = 500;
  await expect(place.open(item)).rejects.toBeInstanceOf(StorageLate);
});
