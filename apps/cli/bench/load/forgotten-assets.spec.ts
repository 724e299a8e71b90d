import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from '@jest/globals';
import { uuidv7obj } from 'uuidv7';

import { forget } from './forgotten-assets.js';

it('files of old assets are emptied once, and no others', async () => {
  const root = await mkdtemp(join(tmpdir(), 'portcullis-forget-'));
  const bytesOf = async (id: string): Promise<number> => (await stat(join(root, 'ab', id))).size;
  try {
    const fresh = uuidv7obj().toString();
    const old = `0190a5d0-0000${fresh.slice(13)}`;
    const older = `0190a5cf-0000${fresh.slice(13)}`;
    const fromMs = 0x0190a5d00000;
    await mkdir(join(root, 'ab'));
    for (const id of [fresh, old, older, 'not-an-id']) await writeFile(join(root, 'ab', id), 'bytes');
    await forget(root, { fromMs, beforeMs: Date.now() - 30_000 });
    expect(await Promise.all([fresh, old, older, 'not-an-id'].map(bytesOf))).toEqual([5, 0, 5, 5]);
    await forget(join(root, 'missing'), { fromMs: 0, beforeMs: Date.now() });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});
