import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { AnswerReader } from './answer-reader.js';

const answer = (status: string, body: string, headers = ''): Buffer =>
  Buffer.from(`HTTP/1.1 ${status}\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);

const decidedBy = (source: string): string =>
  JSON.stringify({ id: 'x', decision: { verdict: 'allow', source, reasons: [] } });

describe('an answer', () => {
  it.each([
    ['a decision of the fast tier', answer('201 Created', decidedBy('fast')), { outcome: 'decided' }],
    ['a known hash', answer('201 Created', decidedBy('hash')), { outcome: 'decided' }],
    ['the policy’s default', answer('201 Created', decidedBy('default')), { outcome: 'shed' }],
    ['refused for now', answer('503 Busy', '{}', 'Retry-After: 1\r\n'), { outcome: 'refused' }],
    ['refused for ever', answer('503 Busy', '{}'), { outcome: 'failed', why: 'status 503' }],
    ['refused', answer('401 Unauthorized', '{}'), { outcome: 'failed', why: 'status 401' }],
    [
      'somebody else’s decision',
      answer('201 Created', decidedBy('heavy')),
      { outcome: 'failed', why: 'decided by heavy' },
    ],
  ])('is told: %s', (_, bytes, ending) => {
    expect(new AnswerReader().push(bytes)).toEqual({ ending, keepsAlive: true });
  });

  it('may come in any pieces, and another one after it', () => {
    const bytes = answer('201 Created', decidedBy('fast'));
    const property = fc.property(fc.array(fc.integer({ min: 1, max: bytes.length }), { maxLength: 6 }), (cuts) => {
      const reader = new AnswerReader();
      for (const whole of [bytes, answer('503 Busy', '{}', 'retry-after: 2\r\n')]) {
        const edges = [...new Set([0, ...cuts.filter((cut) => cut < whole.length), whole.length])].sort(
          (a, b) => a - b,
        );
        const read = edges.slice(1).map((end, index) => reader.push(whole.subarray(edges[index], end)));
        expect(read.slice(0, -1).every((part) => part === undefined)).toBe(true);
        expect(read.at(-1)?.ending.outcome).toBe(whole === bytes ? 'decided' : 'refused');
      }
    });
    fc.assert(property);
  });

  it('may be the last of its connection', () => {
    const bytes = answer('503 Busy', '{}', 'Connection: close\r\nRetry-After: 1\r\n');
    expect(new AnswerReader().push(bytes)).toEqual({ ending: { outcome: 'refused' }, keepsAlive: false });
  });

  it('must say how long it is, and not be too long', () => {
    expect(() => new AnswerReader().push(Buffer.from('HTTP/1.1 200 OK\r\n\r\n'))).toThrow('how long');
    expect(() => new AnswerReader().push(Buffer.alloc(300_000))).toThrow('too long');
  });
});
