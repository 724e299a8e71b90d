import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { BulkUrlLine } from '#contracts/bulk-line.js';
import { Problem } from '#contracts/problems.js';

import { readLines } from './read-lines.js';

const LIMITS = { bytesMax: 200_000, linesMax: 50 };

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.byteLength; from += size) {
    await Promise.resolve();
    yield bytes.subarray(from, from + size);
  }
}

const read = (text: string | Uint8Array, size = 1_000): Promise<BulkUrlLine[]> =>
  readLines(inPieces(Buffer.from(text), size), BulkUrlLine, LIMITS);

async function problemOf(text: string | Uint8Array): Promise<Problem> {
  try {
    await read(text);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const line = (url: unknown, more: object = {}): string => JSON.stringify({ url, ...more });

describe('JSON lines', () => {
  it('come back in order, wherever the pieces end', async () => {
    const url = fc.array(fc.constantFrom('http://ä.example/', 'b', '☃', '/c'), { minLength: 1 });
    const ends = fc.constantFrom('\n', '\r\n', '\n\n', '\n  \n');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(url, ends), { maxLength: 20 }),
        fc.integer({ min: 1, max: 50 }),
        fc.boolean(),
        async (all, size, isEnded) => {
          const urls = all.map(([parts]) => parts.join(''));
          const text = all.map(([, end], index) => `${line(urls[index])}${end}`).join('');
          const lines = await read(isEnded ? text : text.trimEnd(), size);
          expect(lines.map((one) => one.url)).toEqual(urls);
        },
      ),
    );
  });

  it('may begin with a byte order mark, and carry the problem of an earlier time', async () => {
    const problem = { code: 'url-unreachable', detail: 'gone', more: [1, { a: 2 }] };
    const lines = await read(`\ufeff${line('http://a.example/', { externalId: 'a', problem })}`);
    expect(lines).toMatchObject([{ url: 'http://a.example/', externalId: 'a' }]);
  });

  it('tell every fault by its line', async () => {
    const text = [line('a'), '', line(5), 'nonsense', '[]', line('b', { colour: 'red', class: 'bulk' })].join('\n');
    const { code, extra } = await problemOf(text);
    expect(code).toBe('invalid-request');
    expect(extra.errors?.map(({ pointer }) => pointer)).toEqual(['/3/url', '/4', '/5', '/6/colour', '/6/class']);
  });

  it.each<[string, string | Uint8Array, string]>([
    ['too many lines', `${line('a')}\n`.repeat(51), 'too-large'],
    ['too many bytes', `${line('a')}${' '.repeat(1_000)}\n`.repeat(200), 'too-large'],
    ['a line without end', `{"url":"${'a'.repeat(70_000)}`, 'too-large'],
    ['another encoding', Buffer.from([0x22, 0xff, 0x22, 0x0a]), 'invalid-request'],
  ])('with %s are refused', async (_case, text, code) => {
    expect((await problemOf(text)).code).toBe(code);
  });

  it('that are empty give others their turn, and are bounded like the rest', async () => {
    let turns = 0;
    let next = setImmediate(function others() {
      turns += 1;
      next = setImmediate(others);
    });
    const lines = await read('\n'.repeat(200), 1_000).finally(() => clearImmediate(next));
    expect(lines).toEqual([]);
    expect(turns).toBeGreaterThanOrEqual(1);
    expect((await problemOf('\n'.repeat(201))).code).toBe('too-large');
  });

  it('tell no more than twenty faults', async () => {
    expect((await problemOf('x\n'.repeat(40))).extra.errors).toHaveLength(20);
  });
});
