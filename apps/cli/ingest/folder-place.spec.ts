import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { unlessRoot } from '../../../test/support/unless-root.js';
import { FolderPlace } from './folder-place.js';
import { keyText } from './key-text.js';
import type { Listed, ListedItem } from './place.js';
import { placeOf, sortedNames } from './sorted-names.js';

let home: string;
let root: string;
beforeEach(async () => {
  home = await realpath(await mkdtemp(path.join(os.tmpdir(), 'portcullis-folder-')));
  root = path.join(home, 'root');
  await mkdir(root);
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function put(...names: (string | Buffer)[]): Promise<void> {
  for (const name of names) {
    const file = Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name)]);
    await mkdir(file.subarray(0, file.lastIndexOf('/')), { recursive: true });
    await writeFile(file, `content of ${String(name)}`);
  }
}

async function listed(after?: string | Buffer): Promise<Listed[]> {
  const found: Listed[] = [];
  const place = await FolderPlace.at(root);
  for await (const one of place.list(after === undefined ? undefined : Buffer.from(after))) found.push(one);
  return found;
}

const said = (found: readonly Listed[]): string[] =>
  found.map((one) => (one.kind === 'item' ? keyText(one.item.key) : `${keyText(one.key)} ${one.reason}`));

async function itemAt(name: string): Promise<{ place: FolderPlace; item: ListedItem }> {
  const place = await FolderPlace.at(root);
  const item = await place.find(Buffer.from(name));
  if (item === undefined) throw new Error(`${name} is not there`);
  return { place, item };
}

describe('a folder', () => {
  it('lists files of all folders in the order of their keys, and nothing that is hidden', async () => {
    await put(
      'b.jpg',
      'a/z.jpg',
      'a.jpg',
      'a/b/c.jpg',
      'a0.jpg',
      '.hidden.jpg',
      '.git/x.jpg',
      'Ä.jpg',
      '\u{1F408}.png',
    );
    await put(Buffer.from([0x62, 0xff, 0x2e, 0x6a]));
    const keys = ['a.jpg', 'a/b/c.jpg', 'a/z.jpg', 'a0.jpg', 'b.jpg', 'b\\xff.j', 'Ä.jpg', '\u{1F408}.png'];
    expect(said(await listed())).toEqual(keys);
  });

  it('goes on behind any key, there or not', async () => {
    const names = fc.stringMatching(/^[ab/]{1,6}$/).filter((name) => !/^\/|\/$|\/\//.test(name));
    await fc.assert(
      fc.asyncProperty(fc.array(names, { maxLength: 6 }), names, async (files, after) => {
        await rm(root, { recursive: true });
        await mkdir(root);
        // what is a folder for one is no file for another
        for (const file of files) await put(file).catch(() => undefined);
        const all = said(await listed());
        expect(all).toEqual([...all].sort());
        expect(said(await listed(after))).toEqual(all.filter((key) => key > after));
      }),
      { numRuns: 60 },
    );
  });

  it('follows links to its own files only, and takes no other thing for a file', async () => {
    await put('real.jpg', 'deep/real.jpg', '.store/object');
    await writeFile(path.join(home, 'secret.jpg'), 'x');
    await symlink('real.jpg', path.join(root, 'l-file.jpg'));
    await symlink('.store/object', path.join(root, 'l-hidden.jpg'));
    await symlink('..', path.join(root, 'deep/l-cycle'));
    await symlink('deep', path.join(root, 'l-folder'));
    await symlink(path.join(home, 'secret.jpg'), path.join(root, 'l-outside.jpg'));
    await symlink('nowhere', path.join(root, 'l-broken.jpg'));
    expect(said(await listed())).toEqual([
      'deep/l-cycle link_outside',
      'deep/real.jpg',
      'l-broken.jpg broken_link',
      'l-file.jpg',
      'l-folder link_to_folder',
      'l-hidden.jpg',
      'l-outside.jpg link_outside',
      'real.jpg',
    ]);
  });

  it('passes over names that are too long', async () => {
    const long = `${'x'.repeat(200)}/`.repeat(5);
    await put(`${long}${'y'.repeat(19)}`, `${long}${'y'.repeat(20)}`);
    expect((await listed()).map(({ kind }) => kind)).toEqual(['item', 'passed']);
  });

  it('is read several times when it has more names than are held', async () => {
    const names = Array.from({ length: 23 }, (_, index) => `f${index}`);
    await put(...names.filter((name) => name !== 'f3'), 'f1.d/x', 'f3/y');
    const found: string[] = [];
    for await (const entry of sortedNames(Buffer.from(root), Buffer.from('f10'), 3)) found.push(String(placeOf(entry)));
    const places = [...names.filter((name) => name !== 'f3'), 'f1.d/', 'f3/'].sort();
    expect(found).toEqual(places.filter((place) => place >= 'f10'));
  });

  it.each(['nowhere', 'file'])('that is none is refused: %s', async (name) => {
    await writeFile(path.join(home, 'file'), '');
    await expect(FolderPlace.at(path.join(home, name))).rejects.toThrow('is no folder that can be read');
  });

  it('that went away while it was listed is an error, not an end', async () => {
    const place = await FolderPlace.at(root);
    await rm(root, { recursive: true });
    await expect(place.list(undefined)[Symbol.asyncIterator]().next()).rejects.toThrow('ENOENT');
  });
});

describe('a file of a folder', () => {
  it('is read to its end', async () => {
    await writeFile(path.join(root, 'big.jpg'), Buffer.alloc(200_000, 7));
    const { place, item } = await itemAt('big.jpg');
    const opened = await place.open(item);
    const chunks: Uint8Array[] = [];
    for await (const chunk of opened?.chunks ?? []) chunks.push(chunk);
    await opened?.close();
    expect(opened?.bytes).toBe(200_000);
    expect(Buffer.concat(chunks).equals(Buffer.alloc(200_000, 7))).toBe(true);
  });

  it.each<[string, (file: string) => Promise<void>]>([
    ['grows', (file) => writeFile(file, Buffer.alloc(300_000))],
    ['shrinks', (file) => truncate(file, 100_000)],
    ['is written anew', (file) => writeFile(file, Buffer.alloc(200_000, 8))],
  ])('that %s while it is read is not given to its end', async (_what, change) => {
    const file = path.join(root, 'big.jpg');
    await writeFile(file, Buffer.alloc(200_000, 7));
    await utimes(file, 1_000, 1_000);
    const { place, item } = await itemAt('big.jpg');
    const opened = await place.open(item);
    let bytes = 0;
    const reading = async (): Promise<void> => {
      for await (const chunk of opened?.chunks ?? []) {
        if (bytes === 0) await change(file);
        bytes += chunk.byteLength;
      }
    };
    await expect(reading()).rejects.toMatchObject({ name: 'ItemFault', reason: 'changing' });
    await opened?.close();
    expect(bytes).toBeLessThan(200_000);
  });

  it('that has changed since it was listed is left for the next time; one that is gone is gone', async () => {
    await put('a.jpg');
    const { place, item } = await itemAt('a.jpg');
    await utimes(path.join(root, 'a.jpg'), 1, 1);
    await expect(place.open(item)).rejects.toMatchObject({ reason: 'changing' });
    await rm(path.join(root, 'a.jpg'));
    expect(await place.open(item)).toBeUndefined();
    expect(await place.find(item.key)).toBeUndefined();
  });

  it('that became a link out of the folder is not read', async () => {
    await put('deep/a.jpg');
    const { place, item } = await itemAt('deep/a.jpg');
    await mkdir(path.join(home, 'other'));
    await writeFile(path.join(home, 'other/a.jpg'), 'content of deep/a.jpg');
    await rm(path.join(root, 'deep'), { recursive: true });
    await symlink(path.join(home, 'other'), path.join(root, 'deep'));
    await expect(place.open(item)).rejects.toMatchObject({ reason: 'unreadable' });
  });

  unlessRoot('that may not be read says so', async () => {
    await put('a.jpg');
    const { place, item } = await itemAt('a.jpg');
    await chmod(path.join(root, 'a.jpg'), 0);
    await expect(place.open(item)).rejects.toMatchObject({ reason: 'unreadable' });
  });
});
