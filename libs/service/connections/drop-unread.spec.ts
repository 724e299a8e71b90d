import { EventEmitter, once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

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

describe('a real connection', () => {
  const BYTES = 32 * 1_048_576;
  let server: Server;
  let reader: Socket;
  let asked: Promise<unknown[]>;
  beforeEach(async () => {
    server = createServer((request, answer) => {
      dropUnread(request.socket, 2_000);
      answer.end(Buffer.alloc(BYTES));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    asked = once(server, 'request');
    reader = connect((server.address() as AddressInfo).port, '127.0.0.1');
    reader.on('error', () => undefined);
    reader.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  });
  afterEach(() => {
    reader.destroy();
    server.close();
  });

  it('that nobody reads is dropped, also when all was written', async () => {
    const [, answer] = (await asked) as [unknown, ServerResponse];
    await once(answer, 'close');
    reader.resume();
    await once(reader, 'close');
    expect(reader.bytesRead).toBeLessThan(BYTES);
  });

  it('whose reader takes one great answer slowly is left alone', async () => {
    reader.on('data', () => {
      reader.pause();
      setTimeout(() => reader.resume(), 5);
    });
    await once(reader, 'end');
    expect(reader.bytesRead).toBeGreaterThan(BYTES);
  });
});
