import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InferText } from './infer-text.js';
import { TensorFault } from './tensor-text.js';

function read(text: string, pieceBytes = 5) {
  const reader = new InferText(100);
  const bytes = new TextEncoder().encode(text);
  for (let begin = 0; begin < bytes.length; begin += pieceBytes) reader.take(bytes.subarray(begin, begin + pieceBytes));
  const { json, tensors } = reader.finish();
  return { json, tensors: tensors.map((tensor) => [...tensor.values()]) };
}

describe('a request in JSON', () => {
  it('gives its numbers as bytes and the rest as it is, in any pieces, in any order of its members', () => {
    const shuffled = fc.shuffledSubarray(['name', 'shape', 'data', 'é "data": [x] \\ '], { minLength: 4 });
    fc.assert(
      fc.property(
        shuffled,
        fc.array(fc.nat(255), { maxLength: 60 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(0, 1),
        (names, data, pieceBytes, indent) => {
          const input = Object.fromEntries(names.map((name) => [name, name === 'data' ? data : [name]]));
          const request = { id: '{[', inputs: [input], outputs: [{ data: 'kept' }] };
          const { json, tensors } = read(JSON.stringify(request, undefined, indent), pieceBytes);
          expect(tensors).toEqual([data]);
          expect(json).toEqual({ ...request, inputs: [{ ...input, data: 0 }] });
        },
      ),
    );
  });

  it('may hold arrays of that name elsewhere', () => {
    const request = { data: [1.5], parameters: { data: ['x'] }, inputs: [{ parameters: { data: [null] } }] };
    expect(read(JSON.stringify(request))).toEqual({ json: request, tensors: [] });
  });

  it('keeps data that is no array', () => {
    expect(read('{"inputs":[{"data":"aGk="}]}')).toEqual({ json: { inputs: [{ data: 'aGk=' }] }, tensors: [] });
  });

  it.each([
    ['no JSON', 'hello'],
    ['nothing', ''],
    ['cut', '{"inputs":[{"data":[1,2],'],
    ['cut in its numbers', '{"inputs":[{"data":[1,2'],
    ['with broken numbers', '{"inputs":[{"data":[1,"2"]}]}'],
    ['with many tensors', `{"inputs":[${'{"data":[1]},'.repeat(3)}]}`],
    ['with endless text', `{"id":"${'x'.repeat(70_000)}"}`],
    ['with too many numbers', `{"inputs":[{"data":[${'1,'.repeat(100)}1]}]}`],
  ])('that is %s is refused', (_what, text) => {
    expect(() => read(text)).toThrow(TensorFault);
  });

  it('that is no UTF-8 is refused', () => {
    const reader = new InferText(100);
    reader.take(Uint8Array.of(0x22, 0xff, 0x22));
    expect(() => reader.finish()).toThrow('not JSON');
  });
});
