import { describe, expect, it } from '@jest/globals';

import { OperationalError } from '#contracts/errors.js';
import type { PlaceFault } from '#storage/asset-bytes.js';
import { StorageLate } from '#storage/errors.js';

import { SharedArchives } from './shared-archives.js';

const AWAY: PlaceFault = { kind: 'away', detail: 'the bucket does not answer' };

/** A bucket that answers a request for an archive so. */
const answering = (httpStatusCode: number | undefined, fault?: PlaceFault): SharedArchives =>
  new SharedArchives(
    {
      put: () => Promise.resolve(),
      get: () => Promise.reject(new StorageLate('late', { cause: { $metadata: { httpStatusCode } } })),
      remove: () => Promise.resolve(),
      pages: async function* () {
        yield* await Promise.resolve([]);
      },
      fault: () => Promise.resolve(fault),
    },
    'mine/',
    1_000,
  );

describe('an archive that the bucket does not give', () => {
  it.each<[number | undefined, PlaceFault | undefined, 'tried a few times' | 'late']>([
    [403, undefined, 'tried a few times'],
    [416, undefined, 'tried a few times'],
    [500, undefined, 'tried a few times'],
    [500, AWAY, 'late'],
    [503, undefined, 'late'],
    [undefined, undefined, 'late'],
  ])('by %s, the bucket itself being %j, is %s', async (status, fault, expected) => {
    const range = answering(status, fault).range('id');
    const error: unknown = await range(0, 1).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(Error);
    expect(error instanceof OperationalError ? 'late' : 'tried a few times').toBe(expected);
  });
});
