import { describe, expect, it } from '@jest/globals';

import { drawSample } from '#imaging/draw-samples.js';

import { dimensionFields } from './dimension-fields.js';
import { lengthFields, type NumberField } from './length-fields.js';

const SIDE = { width: 64, height: 48 };
/** Indices of the kinds that drawn samples take turns in. */
const KINDS = { jpeg: 0, png: 2, avif: 5, 'progressive jpeg': 7, gif: 9, webp: 10 };

const read = (bytes: Buffer, { offset, bytes: length, order }: NumberField): number =>
  order === 'big' ? bytes.readUIntBE(offset, length) : bytes.readUIntLE(offset, length);

describe.each(Object.entries(KINDS))('in a file of the kind %s', (_kind, index) => {
  it('the sides are where the format has them', async () => {
    const { bytes } = await drawSample(index, SIDE);
    const sides = dimensionFields(bytes).map((field) => read(bytes, field));
    expect(sides.slice(0, 2)).toEqual([SIDE.width, SIDE.height]);
  });

  it('lengths are found, each within the file', async () => {
    const { bytes } = await drawSample(index, SIDE);
    const lengths = lengthFields(bytes);
    expect(lengths.length).toBeGreaterThan(1);
    for (const field of lengths) {
      expect(field.offset).toBeGreaterThanOrEqual(0);
      expect(read(bytes, field)).toBeLessThanOrEqual(bytes.length);
    }
  });
});

describe('in what is no picture', () => {
  it.each([Buffer.alloc(0), Buffer.alloc(64), Buffer.from('\xff\xd8', 'latin1'), Buffer.from('RIFF')])(
    'nothing is found beyond its end',
    (bytes) => {
      for (const field of lengthFields(bytes)) expect(field.bytes).toBeLessThanOrEqual(4);
      expect(dimensionFields(bytes)).toEqual([]);
    },
  );
});
