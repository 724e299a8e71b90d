import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { drawSample } from '#imaging/draw-samples.js';
import { Random } from '#imaging/samples/random.js';

import { BYTE_MUTATIONS } from './byte-mutations.js';
import { FORMAT_MUTATIONS } from './format-mutations.js';

const MUTATIONS = [...BYTE_MUTATIONS, ...FORMAT_MUTATIONS];
const SIDE = { width: 48, height: 32 };
const KINDS = 17;
let pictures: readonly Buffer[] = [];

beforeAll(async () => {
  const drawn = await Promise.all(Array.from({ length: KINDS }, (_, index) => drawSample(index, SIDE)));
  pictures = drawn.map(({ bytes }) => bytes);
});

const victimOf = (index: number) => ({
  bytes: pictures[index % KINDS] ?? Buffer.alloc(0),
  other: pictures[(index + 1) % KINDS] ?? Buffer.alloc(0),
});

describe.each(MUTATIONS)('the mutation "$name"', ({ apply }) => {
  it('gives the same file for the same seed, and leaves the picture as it is', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: KINDS - 1 }), (seed, index) => {
        const before = Buffer.from(victimOf(index).bytes);
        const first = apply(victimOf(index), new Random(seed));
        expect(first.equals(apply(victimOf(index), new Random(seed)))).toBe(true);
        expect(victimOf(index).bytes.equals(before)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('takes what is broken already', () => {
    fc.assert(
      fc.property(fc.nat(), fc.uint8Array({ maxLength: 80 }), (seed, junk) => {
        const head = victimOf(seed).bytes.subarray(0, 40);
        const broken = { bytes: Buffer.concat([head, junk]), other: Buffer.from(junk) };
        expect(apply(broken, new Random(seed)).length).toBeLessThan(1_000_000);
        expect(apply({ bytes: Buffer.alloc(0), other: Buffer.alloc(0) }, new Random(seed)).length).toBeLessThan(10_000);
      }),
      { numRuns: 50 },
    );
  });
});

describe('all mutations together', () => {
  it('break almost every picture', () => {
    const random = new Random(1);
    const tries = MUTATIONS.flatMap(({ apply }) => pictures.map((_, index) => ({ apply, index })));
    const changed = tries.filter(({ apply, index }) => {
      const victim = victimOf(index);
      return !apply(victim, random).equals(victim.bytes);
    });
    expect(changed.length / tries.length).toBeGreaterThan(0.9);
  });
});
