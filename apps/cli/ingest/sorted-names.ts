import { Dir, type Dirent } from 'node:fs';
import { opendir } from 'node:fs/promises';

/** What lies in a folder: its name as bytes, and what it is. */
export interface FolderEntry {
  readonly name: Buffer;
  readonly type: 'file' | 'folder' | 'link' | 'other';
}

/** As many names as are held of a folder at a time. One with more is read several times. */
const HELD_MAX = 50_000;
const READ_AT_ONCE = 512;
const DOT = 0x2e;
const SLASH = Buffer.from('/');

/**
 * What lies in a folder, in the order that the keys below it have: a folder `a` stands as `a/`. Hidden entries, whose names
 * begin with a dot, are left out. However large the folder is, memory is bounded: of a large one the smallest names
 * behind the last are chosen again and again.
 *
 * @param from the first place there may be
 * @throws the file system's error
 */
export async function* sortedNames(folder: Buffer, from: Buffer, heldMax = HELD_MAX): AsyncGenerator<FolderEntry> {
  let comesNext = (place: Buffer): boolean => Buffer.compare(place, from) >= 0;
  for (;;) {
    const { entries, isAll } = await smallest(folder, comesNext, heldMax);
    yield* entries;
    const end = entries.at(-1);
    if (isAll || end === undefined) return;
    const last = placeOf(end);
    comesNext = (place) => Buffer.compare(place, last) > 0;
  }
}

/** What a name is ordered by. */
export const placeOf = ({ name, type }: FolderEntry): Buffer =>
  type === 'folder' ? Buffer.concat([name, SLASH]) : name;

async function smallest(
  folder: Buffer,
  comesNext: (place: Buffer) => boolean,
  heldMax: number,
): Promise<{ entries: FolderEntry[]; isAll: boolean }> {
  let held: { place: Buffer; entry: FolderEntry }[] = [];
  let isAll = true;
  const prune = (): void => {
    held.sort((a, b) => Buffer.compare(a.place, b.place));
    if (held.length > heldMax) isAll = false;
    held = held.slice(0, heldMax);
  };
  for await (const found of await openFolder(folder)) {
    const entry = entryOf(found);
    if (entry.name[0] === DOT) continue;
    const place = placeOf(entry);
    if (comesNext(place)) held.push({ place, entry });
    if (held.length >= 2 * heldMax) prune();
  }
  prune();
  return { entries: held.map(({ entry }) => entry), isAll };
}

/** With names as bytes, which Node gives and its types do not know. */
async function openFolder(folder: Buffer): Promise<Dir> {
  const options = { encoding: 'buffer', bufferSize: READ_AT_ONCE };
  const opened: unknown = await Reflect.apply(opendir, undefined, [folder, options]);
  if (!(opened instanceof Dir)) throw new Error('a folder that was opened is one');
  return opened;
}

function entryOf(found: Dirent): FolderEntry {
  const name: unknown = found.name;
  if (!Buffer.isBuffer(name)) throw new Error('a folder was opened for names as bytes');
  const type = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : found.isSymbolicLink() ? 'link' : 'other';
  return { name, type };
}
