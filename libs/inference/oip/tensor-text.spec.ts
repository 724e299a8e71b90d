import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TensorFault, TensorText } from './tensor-text.js';

const COUNT_MAX = 1_000;

/** Reads a text in pieces of so many bytes. */
function read(text: string, pieceBytes = 7): { tensor: TensorText; rest: string } {
  const tensor = new TensorText(COUNT_MAX);
  const bytes = new TextEncoder().encode(text);
  for (let begin = 0; begin < bytes.length; begin += pieceBytes) {
    const piece = bytes.subarray(begin, begin + pieceBytes);
    const end = tensor.take(piece, 0);
    if (end !== undefined) return { tensor, rest: text.slice(begin + end) };
  }
  throw new Error('the array did not end');
}

/** Numbers nested by a shape. */
function nested(values: readonly number[], shape: readonly number[]): unknown {
  const [, ...inner] = shape;
  if (inner.length === 0) return values;
  const size = inner.reduce((product, side) => product * side, 1);
  return Array.from({ length: shape[0] ?? 0 }, (_, row) => nested(values.slice(row * size, (row + 1) * size), inner));
}

describe('numbers in JSON', () => {
  it('are read flat or nested, spaced or not, in any pieces, up to the last bracket', () => {
    const side = fc.integer({ min: 1, max: 4 });
    const shapes = fc.array(side, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        shapes,
        fc.integer({ min: 1, max: 50 }),
        fc.constantFrom(0, 2),
        fc.infiniteStream(fc.nat(255)),
        (shape, pieceBytes, indent, numbers) => {
          const count = shape.reduce((product, one) => product * one, 1);
          const values = [...numbers.take(count)];
          for (const data of [values, nested(values, shape)]) {
            const { tensor, rest } = read(`${JSON.stringify(data, undefined, indent)}, "rest"`, pieceBytes);
            expect([...tensor.values()]).toEqual(values);
            expect(tensor.isNestedAs(shape)).toBe(true);
            expect(rest).toBe(', "rest"');
          }
        },
      ),
    );
  });

  it('are none in an empty array', () => {
    expect([...read('[]').tensor.values()]).toEqual([]);
  });

  it.each([
    ['[1,2,3,4,5,6]', [2, 3], true],
    ['[[1,2,3],[4,5,6]]', [2, 3], true],
    ['[[1,2,3],[4,5,6]]', [3, 2], false],
    ['[[1,2,3],[4,5,6]]', [6], false],
    ['[[[1,2,3],[4,5,6]]]', [2, 3], false],
  ])('%s are of shape %j: %s', (text, shape, fits) => {
    expect(read(text).tensor.isNestedAs(shape)).toBe(fits);
  });

  it.each([
    '[256]',
    '[1000]',
    '[-1]',
    '[1.5]',
    '[1e2]',
    '[01]',
    '[00]',
    '["1"]',
    '[null]',
    '[1 2]',
    '[1,,2]',
    '[,1]',
    '[1,]',
    '[1[2]]',
    '[[1]2]',
    '[[1][2]]',
    '[[1],2]',
    '[1,[2]]',
    '[[1,2],[3]]',
    '[[1,2],[]]',
    '[[[[[1]]]]]',
  ])('%s are refused', (text) => {
    expect(() => read(text)).toThrow(TensorFault);
  });

  it('are refused when they are too many', () => {
    expect([...read(`[${'1,'.repeat(COUNT_MAX - 1)}1]`).tensor.values()]).toHaveLength(COUNT_MAX);
    expect(() => read(`[${'1,'.repeat(COUNT_MAX)}1]`)).toThrow('more than 1000');
  });
});
