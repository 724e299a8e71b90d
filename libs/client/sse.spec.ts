import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { FrameReader } from './sse.js';

const STREAM =
  'retry: 2000\n\n: \n\nid: 1\nevent: asset.final\ndata: {"a":1}\n\nid: 2\ndata:x\ndata: y\n\nid: 3\n\nid\ndata\n\n';
const FRAMES = [
  { id: '1', data: '{"a":1}' },
  { id: '2', data: 'x\ny' },
  { id: '', data: '' },
];

const readAll = (pieces: readonly string[]) => {
  const reader = new FrameReader();
  return pieces.flatMap((piece) => reader.read(piece));
};

describe('a stream of events', () => {
  it.each([
    ['\\n', '\n'],
    ['\\r\\n', '\r\n'],
    ['\\r', '\r'],
  ])('is read with lines that end in %s', (_name, end) => {
    // a \r at the very end may be half of a \r\n
    expect(readAll([STREAM.replaceAll('\n', end), ': end\n'])).toEqual(FRAMES);
  });

  it('is the same however it is cut into pieces', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('\n', '\r\n'),
        fc.array(fc.nat(STREAM.length + 20), { maxLength: 12 }),
        (end, cuts) => {
          const text = STREAM.replaceAll('\n', end);
          const places = [0, ...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b), text.length];
          const pieces = places.slice(1).map((to, index) => text.slice(places[index], to));
          expect(readAll(pieces)).toEqual(FRAMES);
        },
      ),
    );
  });

  it('has no event before its empty line', () => {
    const reader = new FrameReader();
    expect(reader.read('id: 1\ndata: x\n')).toEqual([]);
    expect(reader.read('\n')).toEqual([{ id: '1', data: 'x' }]);
  });
});
