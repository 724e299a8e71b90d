import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';

import { AssetFiles } from './asset-files.js';

const ID = '01890a5d-ac96-774b-bcce-b302099a80a1';
const OTHER = '01890a5d-ac96-774b-bcce-b302099a80b2';

let root: string;
let files: AssetFiles;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bytes-presence-'));
  files = new AssetFiles(join(root, 'assets'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

it('says nothing of one asset while the whole place is away', async () => {
  expect(await files.presence(ID)).toBe('away');
  await mkdir(join(root, 'assets')); // where a share would be mounted
  expect(await files.presence(ID)).toBe('away');
});

it('knows bytes that are there from bytes that are gone', async () => {
  await mkdir(dirname(files.path(ID)), { recursive: true });
  expect(await files.presence(ID)).toBe('gone');
  await writeFile(files.path(ID), 'x');
  expect(await files.presence(ID)).toBe('stored');
  await files.remove(ID);
  expect(await files.presence(ID)).toBe('gone');
});

it('takes bytes for gone whose folder is gone, where other folders are there', async () => {
  await mkdir(dirname(files.path(OTHER)), { recursive: true });
  expect(await files.presence(ID)).toBe('gone');
});

it('does not take an error for an answer', async () => {
  await mkdir(join(root, 'assets'));
  await writeFile(dirname(files.path(ID)), 'a file where the folder was');
  expect(await files.presence(ID)).toBe('unreadable');
});
