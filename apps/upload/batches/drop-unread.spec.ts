import { EventEmitter, once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { dropUnread, type Answering } from './drop-unread.js';

const UNREAD_MS = 20_000;

/** An answer whose reader takes what the test says. */
class FakeAnswer extends EventEmitter implements Answering {
  readonly socket = { bytesWritten: 0, writableLength: 0 };
  isDropped = false;

  get writableLength(): number {
    return this.socket.writableLength;
  }

  write(bytes: number): void {
    this.socket.bytesWritten += bytes;
    this.socket.writableLength += bytes;
  }

  take(bytes: number): void {
    this.socket.writableLength -= bytes;
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
    const answer = new FakeAnswer();
    dropUnread(answer, UNREAD_MS);
    answer.write(1_000);
    jest.advanceTimersByTime(UNREAD_MS);
    expect(answer.isDropped).toBe(false);
    jest.advanceTimersByTime(UNREAD_MS / 4);
    expect([answer.isDropped, jest.getTimerCount()]).toEqual([true, 0]);
  });

  it('who takes a little now and then is left alone, though as much waits as before', () => {
    const answer = new FakeAnswer();
    dropUnread(answer, UNREAD_MS);
    answer.write(1_000);
    for (let turn = 0; turn < 10; turn += 1) {
      jest.advanceTimersByTime(0.9 * UNREAD_MS);
      answer.take(1);
      answer.write(1);
    }
    expect(answer.isDropped).toBe(false);
  });

  it('who has nothing to take is left alone', () => {
    const answer = new FakeAnswer();
    dropUnread(answer, UNREAD_MS);
    answer.write(1_000);
    answer.take(1_000);
    jest.advanceTimersByTime(10 * UNREAD_MS);
    expect(answer.isDropped).toBe(false);
  });
});

it('drops a real connection that nobody reads, also when all was written', async () => {
  const bytes = 32 * 1_048_576;
  const server = createServer((_request, answer) => {
    dropUnread(answer, 100);
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
