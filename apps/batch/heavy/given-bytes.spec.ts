import { describe, expect, it } from '@jest/globals';

import type { BytesPresence } from '#storage/asset-bytes.js';
import { BytesUnreadable, StorageLate } from '#storage/errors.js';

import { bytesAfterLook } from './given-bytes.js';

const LATE = new StorageLate('the file is not given: EIO');

const seen = (presence: BytesPresence, said?: Error): ReturnType<typeof bytesAfterLook> =>
  bytesAfterLook(
    {
      presence: () => Promise.resolve(presence),
      borrow: (id) =>
        said === undefined ? Promise.resolve({ path: id, release: () => Promise.resolve() }) : Promise.reject(said),
    },
    { assetId: 'a', sha256: 'cd' },
  );

describe('bytes that could not be read', () => {
  it.each<[string, BytesPresence, Error | undefined, BytesPresence | StorageLate]>([
    ['are gone where their place is there', 'gone', LATE, 'gone'],
    ['are there where they are given now', 'stored', undefined, 'stored'],
    ['are late where their place gives none of them', 'stored', LATE, LATE],
    ['are late where it answers with errors', 'unreadable', LATE, LATE],
    ['are unreadable where it refuses them alone', 'unreadable', new BytesUnreadable('refused'), 'unreadable'],
  ])('%s', async (_what, presence, said, expected) => {
    expect(await seen(presence, said)).toBe(expected);
  });

  it('are late while the whole place is away', async () => {
    expect(await seen('away')).toBeInstanceOf(StorageLate);
  });

  it('are no excuse for a defect', async () => {
    await expect(seen('stored', new TypeError('x is undefined'))).rejects.toThrow(TypeError);
  });
});
