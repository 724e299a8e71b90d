import { deflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { array, assert, integer, nat, property, tuple } from 'fast-check';
import { craftPng, pngChunk, zeroImageData } from './craft-png.js';
import { pngChunks } from './png-chunks.js';
import { hasExcessiveProfile, PROFILE_BYTES_MAX } from './png-profile.js';
import { withoutText } from './png-text.js';
import { openPixels } from './sharp-settings.js';

const header = { width: 4, height: 4, bitDepth: 8, colourType: 2 } as const;
const still = zeroImageData(header);
const texts = ['tEXt', 'zTXt', 'iTXt'].map((type) => pngChunk(type, Buffer.from('some text')));
const profile = (data: Uint8Array) => pngChunk('iCCP', Buffer.concat([Buffer.from('name\0\0', 'latin1'), data]));
const profileOf = (length: number) => profile(deflateSync(Buffer.alloc(length)));

describe('withoutText', () => {
  const time = pngChunk('tIME', Buffer.alloc(7));

  it('hands on the same bytes where there is no text', () => {
    const plain = craftPng(header, [time, still]);
    expect(withoutText(plain)).toBe(plain);
  });

  it('leaves out text wherever it stands, and changes nothing else', () => {
    const plain = craftPng(header, [time, still, time]);
    expect(withoutText(craftPng(header, [...texts, time, ...texts, still, time, ...texts]))).toEqual(plain);
  });

  it('leaves what follows the end, and text that is cut off', () => {
    const behind = Buffer.concat([craftPng(header, [still]), ...texts]);
    expect(withoutText(behind)).toBe(behind);
    const cut = behind.subarray(0, -1);
    expect(withoutText(cut)).toBe(cut);
    const lying = craftPng(header, [still, ...texts]);
    lying.writeUInt32BE(0xffff_ffff, lying.indexOf('tEXt') - 4);
    expect(withoutText(lying)).toBe(lying);
  });
});

describe('hasExcessiveProfile', () => {
  it('is content with none, and with what sharp embeds', async () => {
    expect(hasExcessiveProfile(craftPng(header, [still]))).toBe(false);
    const picture = openPixels(new Uint8Array(48), { width: 4, height: 4, channels: 3 });
    expect(hasExcessiveProfile(await picture.withIccProfile('p3').png().toBuffer())).toBe(false);
  });

  it.each([
    ['one that inflates to the limit', [profileOf(PROFILE_BYTES_MAX)], false],
    ['one byte more', [profileOf(PROFILE_BYTES_MAX + 1)], true],
    ['one that is cut off', [profile(deflateSync(Buffer.alloc(5_000)).subarray(0, -6))], false],
    [
      'one that inflates beyond the limit before it is cut off',
      [profile(deflateSync(Buffer.alloc(9e6)).subarray(0, -6))],
      true,
    ],
    ['one that is no zlib stream', [profile(Buffer.alloc(40, 0xaa))], false],
    ['one without a name', [pngChunk('iCCP', Buffer.alloc(200, 0x61))], false],
    ['an empty one', [pngChunk('iCCP', Buffer.alloc(0))], false],
    ['one that is stored in more bytes', [profile(Buffer.alloc(PROFILE_BYTES_MAX))], true],
    ['two small ones', [profileOf(10), profileOf(10)], true],
  ])('of %s', (_name, chunks, excessive) => {
    expect(hasExcessiveProfile(craftPng(header, [...chunks, still]))).toBe(excessive);
  });
});

describe('the chunks of a PNG', () => {
  it('end on any change of the bytes', () => {
    const original = craftPng(header, [...texts, profileOf(99), still, ...texts]);
    const changes = array(tuple(nat(400), integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 12 });
    const ends = property(changes, (edits) => {
      const bytes = Buffer.from(original);
      for (const [at, value] of edits) bytes[at % bytes.length] = value;
      expect([...pngChunks(bytes)].length).toBeLessThanOrEqual(bytes.length / 12);
      expect(withoutText(bytes).length).toBeLessThanOrEqual(bytes.length);
      hasExcessiveProfile(bytes);
    });
    assert(ends, { numRuns: 500 });
  });
});
