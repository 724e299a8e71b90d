import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { peek } from './peek.js';

async function* stream(
  chunks: readonly (Uint8Array | Error)[],
  onRead: () => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    onRead();
    await Promise.resolve();
    if (chunk instanceof Error) throw chunk;
    yield chunk;
  }
}

async function drink(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('peeking into a stream', () => {
  it('loses nothing and sees enough, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 9 })),
        fc.integer({ min: 0, max: 40 }),
        async (chunks, most) => {
          const all = Buffer.concat(chunks);
          const { head, whole } = await peek(stream(chunks), most);
          expect(head.byteLength).toBeGreaterThanOrEqual(Math.min(most, all.byteLength));
          expect(all.subarray(0, head.byteLength).equals(head)).toBe(true);
          expect((await drink(whole)).equals(all)).toBe(true);
        },
      ),
    );
  });

  it('reads no chunk more than it needs, and none again', async () => {
    let reads = 0;
    const source = stream([bytes(1, 2), bytes(3, 4), bytes(5)], () => (reads += 1));
    const { head, whole } = await peek(source, 3);
    expect([...head]).toEqual([1, 2, 3, 4]);
    expect(reads).toBe(2);
    await drink(whole);
    expect(reads).toBe(3);
  });

  it.each<[string, Uint8Array[]]>([
    ['without chunks', []],
    ['of empty chunks', [bytes(), bytes()]],
  ])('sees nothing in a stream %s', async (_case, chunks) => {
    const { head, whole } = await peek(stream(chunks), 4);
    expect(head.byteLength).toBe(0);
    expect((await drink(whole)).byteLength).toBe(0);
  });

  it('passes on an error where it comes', async () => {
    const broken = new Error('the client went away');
    await expect(peek(stream([bytes(1), broken]), 4)).rejects.toBe(broken);
    const { whole } = await peek(stream([bytes(1, 2), broken]), 2);
    await expect(drink(whole)).rejects.toBe(broken);
  });
});
