import { EventEmitter, once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { dropUnread, type Sending } from './drop-unread.js';

const UNREAD_MS = 20_000;

/** A connection whose reader takes what the test says. */
class FakeConnection extends EventEmitter implements Sending {
  bytesWritten = 0;
  writableLength = 0;
  isDropped = false;

  write(bytes: number): void {
    this.bytesWritten += bytes;
    this.writableLength += bytes;
  }

  take(bytes: number): void {
    this.writableLength -= bytes;
  }

  destroy(): void {
    this.isDropped = true;
    this.emit('close');
  }
}

describe('a reader', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('who takes nothing is dropped, and nobody looks at the connection any more', () => {
    const connection = new FakeConnection();
    dropUnread(connection, UNREAD_MS);
    connection.write(1_000);
    jest.advanceTimersByTime(UNREAD_MS);
    expect(connection.isDropped).toBe(false);
    jest.advanceTimersByTime(UNREAD_MS / 4);
    expect([connection.isDropped, jest.getTimerCount()]).toEqual([true, 0]);
  });

  it('who takes a little now and then is left alone, though as much waits as before', () => {
    const connection = new FakeConnection();
    dropUnread(connection, UNREAD_MS);
    connection.write(1_000);
    for (let turn = 0; turn < 10; turn += 1) {
      jest.advanceTimersByTime(0.9 * UNREAD_MS);
      connection.take(1);
      connection.write(1);
    }
    expect(connection.isDropped).toBe(false);
  });

  it('who has nothing to take is left alone', () => {
    const connection = new FakeConnection();
    dropUnread(connection, UNREAD_MS);
    connection.write(1_000);
    connection.take(1_000);
    jest.advanceTimersByTime(10 * UNREAD_MS);
    expect(connection.isDropped).toBe(false);
  });
});

it('drops a real connection that nobody reads, also when all was written', async () => {
  const bytes = 32 * 1_048_576;
  const server = createServer((request, answer) => {
    dropUnread(request.socket, 100);
    answer.end(Buffer.alloc(bytes));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const reader = connect((server.address() as AddressInfo).port, '127.0.0.1');
  reader.on('error', () => undefined);
  const asked = once(server, 'request');
  reader.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  try {
    const [, answer] = (await asked) as [unknown, ServerResponse];
    await once(answer, 'close');
    reader.resume();
    await once(reader, 'close');
    expect(reader.bytesRead).toBeLessThan(bytes);
  } finally {
    reader.destroy();
    server.close();
  }
});
