import { once } from 'node:events';
import { PassThrough, Writable, type Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';

import { describe, expect, it } from '@jest/globals';

import { passBy } from './pass-by.js';

const CHUNK = Buffer.alloc(16_384);

/** What somebody did with a stream before it was refused. */
const BEFORE: readonly [string, (stream: Readable) => void | Promise<void>][] = [
  ['that nobody has touched', () => undefined],
  ['that was resumed just now', (stream) => void stream.resume()],
  ['that was paused', (stream) => void stream.pause()],
  [
    'whose beginning was read',
    async (stream) => {
      await stream[Symbol.asyncIterator]().next();
    },
  ],
  ['that goes to somebody', (stream) => void stream.pipe(new Writable({ write: (_chunk, _encoding, done) => done() }))],
  ['that waits for somebody', (stream) => void stream.pipe(new Writable({ write: () => undefined, highWaterMark: 1 }))],
];

describe('what is left of a stream', () => {
  it.each(BEFORE)('goes by, of one %s', async (_case, before) => {
    const stream = new PassThrough();
    stream.write(CHUNK);
    await turn();
    await before(stream);
    const ended = once(stream, 'end').then(() => 'ended');
    passBy(stream);
    for (let sent = 0; sent < 10; sent += 1) {
      if (!stream.write(CHUNK)) await turn();
    }
    stream.end();
    const stuck = async (): Promise<string> => {
      for (let turns = 0; turns < 100; turns += 1) await turn();
      return `stuck with ${stream.readableLength} bytes`;
    };
    expect(await Promise.race([ended, stuck()])).toBe('ended');
  });
});
