import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Readable } from 'node:stream';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { FailedItem } from '#persistence/bulk-report-store.js';

import { eventually } from '../../../test/support/eventually.js';
import { BatchReader } from './batch-reader.js';

const CLIENT = 'shop';
const NOTE = 'x'.repeat(10_000);
const OF_CLIENT_MAX = 4;

let server: Server;
let sockets: Socket[] = [];
/** Pages that were asked for, and batches. */
let pages: number;
let found: number;
let ended: Promise<unknown>[];
beforeEach(async () => {
  pages = 0;
  found = 0;
  ended = [];
  sockets = [];
  const reports = {
    report: () => Promise.reject(new Error('nobody asks for it')),
    failures: (_id: string, after: number, most: number) => {
      pages += 1;
      return Promise.resolve(Array.from({ length: most }, (_, index) => failed(after + index + 1)));
    },
  };
  const reader = new BatchReader(reports, 1_000);
  server = createServer((_request, response) => {
    const find = (): Promise<string> => Promise.resolve(`batch ${(found += 1)}`);
    ended.push(reader.sendErrors(CLIENT, find, replyOn(response)).catch((error: unknown) => error));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(ended);
  server.close();
});

const failed = (number: number): FailedItem => ({
  number,
  url: 'http://a.example/',
  entry: null,
  externalId: null,
  uploaderId: null,
  metadata: { note: NOTE },
  problem: { code: 'undecodable', detail: 'broken' },
});

/** As the framework sends a stream. */
const replyOn = (response: ServerResponse) => ({
  raw: response,
  header: (name: string, value: string) => ({
    send: (body: Readable) => body.pipe(response.setHeader(name, value)),
  }),
});

function ask(): Socket {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  sockets.push(socket);
  return socket;
}

describe('failed items', () => {
  it('are read from the database as their reader takes them', async () => {
    const socket = ask();
    let before = 0;
    await eventually('nothing more is read', () => {
      const isStill = pages > 0 && pages === before;
      before = pages;
      return isStill;
    });
    socket.resume();
    await eventually('it goes on', () => pages > before + 20);
  });

  it('have few readers of one client at a time, and room again when one of them has left', async () => {
    const open = Array.from({ length: OF_CLIENT_MAX }, ask);
    await eventually('all are read', () => ended.length === OF_CLIENT_MAX && pages >= OF_CLIENT_MAX);
    ask();
    await eventually('one more has asked', () => ended.length > OF_CLIENT_MAX);
    expect(await ended[OF_CLIENT_MAX]).toMatchObject({ code: 'overloaded' });
    // nor was the database asked for its batch
    expect(found).toBe(OF_CLIENT_MAX);
    open[0]?.destroy();
    await ended[0];
    const another = ask();
    await once(another, 'readable');
  });
});
