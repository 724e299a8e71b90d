import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { SubmissionFields } from '#contracts/submission-fields.js';

import { fingerprint } from './fingerprint.js';

const BYTES = Buffer.alloc(32, 7);
const text = fc.string({ minLength: 1, maxLength: 8 });
const value = fc.oneof(text, fc.integer(), fc.boolean());
const metadata = fc.dictionary(text, value, { maxKeys: 5 });

describe('the fingerprint of a submission', () => {
  it('is SHA-256 in hexadecimal digits', () => {
    expect(fingerprint(BYTES, {})).toMatch(/^[0-9a-f]{64}$/);
    expect(fingerprint(BYTES, {})).toBe(fingerprint(Buffer.from(BYTES), {}));
  });

  it('tells apart whatever differs in one thing', () => {
    const all: [Buffer, SubmissionFields][] = [
      [BYTES, {}],
      [Buffer.alloc(32, 8), {}],
      [BYTES, { externalId: 'a' }],
      [BYTES, { uploaderId: 'a' }],
      [BYTES, { externalId: 'a', uploaderId: 'a' }],
      [BYTES, { externalId: 'null' }],
      [BYTES, { externalId: 'a","b' }],
      [BYTES, { externalId: 'a', uploaderId: 'b' }],
      [BYTES, { class: 'normal' }],
      [BYTES, { class: 'bulk' }],
      [BYTES, { metadata: { a: 1 } }],
      [BYTES, { metadata: { a: '1' } }],
      [BYTES, { metadata: { a: true } }],
      [BYTES, { metadata: { b: 1 } }],
      [BYTES, { metadata: { a: 1, b: 1 } }],
    ];
    expect(new Set(all.map(([sha256, fields]) => fingerprint(sha256, fields))).size).toBe(all.length);
  });

  it('does not depend on the order of metadata', () => {
    fc.assert(
      fc.property(
        metadata.chain((said) => {
          const entries = Object.entries(said);
          return fc.tuple(fc.constant(said), fc.shuffledSubarray(entries, { minLength: entries.length }));
        }),
        ([said, shuffled]) => {
          const again = fingerprint(BYTES, { metadata: Object.fromEntries(shuffled) });
          expect(again).toBe(fingerprint(BYTES, { metadata: said }));
        },
      ),
    );
  });

  it('depends on every value of metadata', () => {
    fc.assert(
      fc.property(metadata, text, value, value, (said, key, a, b) => {
        fc.pre(a !== b);
        const one = fingerprint(BYTES, { metadata: { ...said, [key]: a } });
        expect(fingerprint(BYTES, { metadata: { ...said, [key]: b } })).not.toBe(one);
      }),
    );
  });
});
