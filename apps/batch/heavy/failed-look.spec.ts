import { describe, expect, it } from '@jest/globals';

import type { ClassifierFailure } from '#inference/classifier/errors.js';
import type { BytesPresence } from '#storage/asset-bytes.js';

import { failedLook } from './failed-look.js';

describe('a failed look at an asset', () => {
  it.each<[ClassifierFailure, Exclude<BytesPresence, 'away'>, string, number]>([
    ['crashed', 'stored', 'crashed', Infinity],
    ['crashed', 'gone', 'crashed', Infinity],
    ['timeout', 'stored', 'timeout', Infinity],
    ['memory', 'stored', 'memory', Infinity],
    ['invalid-output', 'stored', 'invalid_output', 2],
    ['io', 'stored', 'unreadable', Infinity],
    ['io', 'unreadable', 'unreadable', Infinity],
    ['io', 'gone', 'bytes_gone', 1],
  ])('by %s while its bytes are %s is %s and may be tried %d times', (failure, bytes, reason, triesMax) => {
    expect(failedLook(failure, bytes)).toMatchObject({ reason, triesMax });
  });
});
