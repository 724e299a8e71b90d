import { describe, expect, it } from '@jest/globals';

import { OperationalError } from '#contracts/errors.js';
import { StorageLate } from '#storage/errors.js';

import { SharedArchives } from './shared-archives.js';

/** A bucket that does not give an archive. @param alone it gives all others */
const refusing = (alone: boolean): SharedArchives =>
  new SharedArchives(
    {
      put: () => Promise.resolve(),
      get: () => Promise.reject(new StorageLate('late')),
      remove: () => Promise.resolve(),
      pages: async function* () {
        yield* await Promise.resolve([]);
      },
      refusesAlone: () => Promise.resolve(alone),
    },
    'mine/',
    1_000,
  );

describe('an archive that the bucket does not give', () => {
  it.each([
    ['which gives all others', 'tried a few times', true],
    ['nor any other', 'late', false],
  ])('%s, is %s', async (_case, expected, alone) => {
    const range = refusing(alone).range('id');
    const error: unknown = await range(0, 1).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(Error);
    expect(error instanceof OperationalError ? 'late' : 'tried a few times').toBe(expected);
  });
});
