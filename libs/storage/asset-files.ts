import { createHash, type Hash } from 'node:crypto';
import { createReadStream, fsync, open as openDescriptor } from 'node:fs';
import { mkdir, open, opendir, stat, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { OperationalError } from '#contracts/errors.js';

/** What was written: the bytes' SHA-256 and how many there are. */
export interface StoredBytes {
  readonly path: string;
  readonly sha256: Buffer;
  readonly bytes: number;
  /** Resolves when the bytes and their name survive a power cut; rejects with StorageLate. Nobody need await it. */
  readonly settled: Promise<void>;
}

/** The disk is full or fails, or too many files are open. The same upload may succeed later. */
export class StorageLate extends OperationalError {
  override readonly name = 'StorageLate';
}

/** The stream held more than the cap; what was written of it is gone. */
export class TooManyBytes extends Error {
  override readonly name = 'TooManyBytes';
}

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const FOLDER = /^[0-9a-f]{2}$/;
/** A body comes in pieces of some 64 kB; each write costs a turn of the thread pool, so that most bodies are one write. */
const WRITE_BYTES = 262_144;

const openFolder = promisify(openDescriptor);
const syncDescriptor = promisify(fsync);

/**
 * Asset bytes on the file system, one file an asset (docs/decisions/0004): erasing one client's asset can never touch
 * another's, and an orphan is a file whose id has no row.
 */
export class AssetFiles {
  /** Descriptors of the folders that were written to, at most 256: each name in them is made to last. */
  private readonly folders = new Map<string, Promise<number>>();

  constructor(private readonly root: string) {}

  /** Where an asset's bytes are, or would be. Ids end in random digits, so that folders fill evenly. */
  path(assetId: string): string {
    if (!ID.test(assetId)) throw new Error('an asset id is a lower-case UUID');
    return join(this.root, assetId.slice(-2), assetId);
  }

  /**
   * Streams bytes to their place while hashing them. They are there to be read when this resolves, and on their way to
   * the disk.
   *
   * @throws TooManyBytes above `bytesMax`; StorageLate; whatever the source throws. Nothing is left behind either way.
   */
  write(assetId: string, source: AsyncIterable<Uint8Array>, bytesMax: number): Promise<StoredBytes> {
    return withStorage(() => this.writeAll(assetId, source, bytesMax));
  }

  private async writeAll(assetId: string, source: AsyncIterable<Uint8Array>, bytesMax: number): Promise<StoredBytes> {
    const path = this.path(assetId);
    const folder = await this.folder(dirname(path));
    const file = await open(path, 'wx', 0o640);
    const hash = createHash('sha256');
    let bytes: number;
    try {
      bytes = await copy(source, file, hash, bytesMax);
    } catch (error) {
      await file.close().catch(() => undefined);
      await this.remove(assetId);
      throw error;
    }
    const settled = withStorage(() => settle(file, folder));
    settled.catch(() => undefined);
    return { path, sha256: hash.digest(), bytes, settled };
  }

  /** Removes an asset's bytes; harmless when there are none. */
  async remove(assetId: string): Promise<void> {
    await unlink(this.path(assetId)).catch(ignoreMissing);
  }

  /** SHA-256 of what is stored, or undefined when nothing is. */
  async digest(assetId: string): Promise<Buffer | undefined> {
    const hash = createHash('sha256');
    try {
      for await (const chunk of createReadStream(this.path(assetId))) hash.update(chunk as Uint8Array);
    } catch (error) {
      ignoreMissing(error);
      return undefined;
    }
    return hash.digest();
  }

  /** Ids of all stored assets whose bytes were written before `beforeMs` (epoch). Files of other names are passed over. */
  async *idsWrittenBefore(beforeMs: number): AsyncGenerator<string> {
    for await (const { id } of this.files()) {
      const facts = id === undefined ? undefined : await stat(this.path(id)).catch(ignoreMissing);
      if (id !== undefined && facts !== undefined && facts.mtimeMs < beforeMs) yield id;
    }
  }

  /** Whatever lies here and is no asset's file, as paths below the root. */
  async *strays(): AsyncGenerator<string> {
    for await (const { id, name } of this.files()) if (id === undefined) yield name;
  }

  /** Everything there is; `id` is missing where it is no asset's file in its right place. */
  private async *files(): AsyncGenerator<{ id: string | undefined; name: string }> {
    for await (const folder of entries(this.root)) {
      if (!FOLDER.test(folder)) {
        yield { id: undefined, name: folder };
        continue;
      }
      for await (const file of entries(join(this.root, folder))) {
        yield { id: ID.test(file) && file.endsWith(folder) ? file : undefined, name: join(folder, file) };
      }
    }
  }

  private folder(path: string): Promise<number> {
    const known = this.folders.get(path);
    if (known !== undefined) return known;
    const made = makeFolder(this.root, path);
    this.folders.set(path, made);
    made.catch(() => this.folders.delete(path));
    return made;
  }
}

async function makeFolder(root: string, path: string): Promise<number> {
  await mkdir(path, { recursive: true, mode: 0o750 });
  const parent = await open(root, 'r');
  try {
    await parent.sync();
  } finally {
    await parent.close();
  }
  return openFolder(path, 'r');
}

/** @returns how many bytes there were */
async function copy(
  source: AsyncIterable<Uint8Array>,
  file: FileHandle,
  hash: Hash,
  bytesMax: number,
): Promise<number> {
  let bytes = 0;
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  const flush = async (): Promise<void> => {
    if (heldBytes > 0) await file.appendFile(Buffer.concat(held)); // `write` may take a part of it and say so to nobody
    held = [];
    heldBytes = 0;
  };
  for await (const chunk of source) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw new TooManyBytes(`more than ${bytesMax} bytes`);
    hash.update(chunk);
    held.push(chunk);
    heldBytes += chunk.byteLength;
    if (heldBytes >= WRITE_BYTES) await flush();
  }
  await flush();
  return bytes;
}

async function settle(file: FileHandle, folder: number): Promise<void> {
  try {
    await Promise.all([file.sync(), syncDescriptor(folder)]);
  } finally {
    await file.close();
  }
}

const PASSING = ['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'EIO', 'EROFS'];

/** @throws StorageLate for the disk's trouble; anything else as it came */
async function withStorage<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
    if (PASSING.includes(code)) throw new StorageLate('the disk does not take the bytes', { cause: error });
    throw error;
  }
}

async function* entries(folder: string): AsyncGenerator<string> {
  const listing = await opendir(folder).catch(ignoreMissing);
  if (listing === undefined) return;
  for await (const entry of listing) yield entry.name;
}

function ignoreMissing(error: unknown): undefined {
  if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
