import { describe, expect, it } from '@jest/globals';

import { nearHash, randomHash } from './random-hashes.js';

const HASH = randomHash('a test', 1);

describe('random hashes', () => {
  it('differ by number and seed, and are the same every time', () => {
    const hashes = [HASH, randomHash('a test', 2), randomHash('another test', 1)];
    expect(new Set(hashes).size).toBe(3);
    expect(HASH).toMatch(/^[0-9a-f]{64}$/);
    expect(randomHash('a test', 1)).toBe(HASH);
  });

  it.each([1, 8, 16, 31])('have near ones that differ in exactly %i bits', (bits) => {
    for (const n of [0, 7, 255, 1_000]) {
      const near = nearHash(HASH, bits, n);
      expect(near).toHaveLength(64);
      const differing = (BigInt(`0x${near}`) ^ BigInt(`0x${HASH}`)).toString(2).replaceAll('0', '');
      expect(differing).toHaveLength(bits);
    }
  });
});
