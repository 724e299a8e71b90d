import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from '@jest/globals';
import { uuidv7obj } from 'uuidv7';

import { forget } from './forgotten-assets.js';

it('the bytes of old assets are deleted, and of no others', async () => {
  const root = await mkdtemp(join(tmpdir(), 'portcullis-forget-'));
  try {
    const fresh = uuidv7obj().toString();
    const old = `0190a5d0-0000${fresh.slice(13)}`;
    await mkdir(join(root, 'ab'));
    for (const id of [fresh, old, 'not-an-id']) await writeFile(join(root, 'ab', id), 'bytes');
    await forget(root, Date.now() - 30_000);
    expect((await readdir(join(root, 'ab'))).sort()).toEqual([fresh, 'not-an-id'].sort());
    await forget(join(root, 'missing'), Date.now());
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});
