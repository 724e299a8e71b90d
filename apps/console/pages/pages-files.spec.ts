import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { PagesFiles } from './pages-files.js';

const SCRIPT = 'console.log("gate");\n'.repeat(50);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'portcullis-pages-'));
  const built = path.join(folder, 'web');
  await mkdir(path.join(built, 'assets'), { recursive: true });
  await writeFile(path.join(folder, 'secret.js'), 'secret');
  await writeFile(path.join(built, 'index.html'), '<!doctype html>');
  await writeFile(path.join(built, 'notes.txt'), 'of no type that pages have');
  await writeFile(path.join(built, 'assets/index-B2x.js'), SCRIPT);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the files of the pages', () => {
  it('are found by their exact path, packed and not', async () => {
    const files = await PagesFiles.open(path.join(folder, 'web'));
    const script = files.find('/assets/index-B2x.js');
    expect(script).toMatchObject({ mediaType: 'text/javascript; charset=utf-8', immutable: true });
    expect(script?.bytes.toString()).toBe(SCRIPT);
    expect(gunzipSync(script?.gzipped ?? Buffer.alloc(0)).toString()).toBe(SCRIPT);
    expect(files.home).toMatchObject({ mediaType: 'text/html; charset=utf-8', immutable: false });
    expect(files.home?.etag).not.toBe(script?.etag);
  });

  it.each([
    '/../secret.js',
    '/assets/../../secret.js',
    '/assets/%2e%2e/%2e%2e/secret.js',
    '/assets//index-B2x.js',
    '/assets/',
    '/assets',
    '/notes.txt',
    'assets/index-B2x.js',
    '/__proto__',
    '',
  ])('are not found at %j', async (name) => {
    expect((await PagesFiles.open(path.join(folder, 'web'))).find(name)).toBeUndefined();
  });

  it('are none where nothing was built', async () => {
    const files = await PagesFiles.open(path.join(folder, 'nothing'));
    expect(files.home).toBeUndefined();
    expect(files.find('/index.html')).toBeUndefined();
  });
});
