import 'reflect-metadata';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { Problem } from '#contracts/problems.js';

import { PagesController } from './pages.controller.js';
import { PagesFiles } from './pages-files.js';

let folder: string;
let pages: PagesController;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'portcullis-pages-'));
  await mkdir(path.join(folder, 'assets'));
  await writeFile(path.join(folder, 'index.html'), 'home');
  await writeFile(path.join(folder, 'assets/index-B2x.js'), 'script');
  pages = new PagesController(await PagesFiles.open(folder));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a browser gets that asks for a page. */
function askFor(url: string): string {
  let sent = '';
  const reply = {
    status: () => reply,
    header: () => reply,
    send: (body?: Buffer) => {
      sent = body?.toString() ?? '';
    },
  };
  try {
    pages.file({ url, headers: { accept: 'text/html' } }, reply);
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
  return sent;
}

describe('an address of the pages', () => {
  it.each(['/reviews', '/assets', '/assets?list=final', '/assets/01890a5d-ac96-774b-bcce-b302099a8057', '/nothing'])(
    'is answered with the page: %s',
    (url) => {
      expect(askFor(url)).toBe('home');
    },
  );

  it('is answered with the file that has it', () => {
    expect(askFor('/assets/index-B2x.js?x=1')).toBe('script');
  });

  it.each(['/assets/index-old.js', '/assets/../secret.js', '/api', '/api/assets', '/health/live/x', '/metrics'])(
    'is no page: %s',
    (url) => {
      expect(askFor(url)).toBe('not-found');
    },
  );
});
