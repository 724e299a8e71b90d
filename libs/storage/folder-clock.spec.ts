import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { folderAheadMs } from './folder-clock.js';

const HOUR_MS = 3_600_000;
/** Nearer to that clock than to another one. */
const NEAR_MS = HOUR_MS / 2;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'portcullis-folder-clock-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the clock of a folder's files", () => {
  it.each([
    ['agrees', 0],
    ['is an hour behind', HOUR_MS],
    ['is an hour ahead', -HOUR_MS],
  ])('%s with this process', async (_how, ownAheadMs) => {
    const realMs = Date.now();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(realMs + ownAheadMs);
    try {
      expect(Math.abs((await folderAheadMs(folder)) + ownAheadMs)).toBeLessThan(NEAR_MS);
    } finally {
      clock.mockRestore();
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it('is taken for right where nothing can be written', async () => {
    expect(await folderAheadMs(path.join(folder, 'missing'))).toBe(0);
  });
});
