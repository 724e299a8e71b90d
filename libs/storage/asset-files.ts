import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, opendir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

import { OperationalError } from '#contracts/errors.js';

/** What was written: the bytes' SHA-256 and how many there are. */
export interface StoredBytes {
  readonly path: string;
  readonly sha256: Buffer;
  readonly bytes: number;
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

/**
 * Asset bytes on the file system, one file an asset (docs/decisions/0004): erasing one client's asset can never touch
 * another's, and an orphan is a file whose id has no row.
 */
export class AssetFiles {
  private readonly made = new Set<string>();

  constructor(private readonly root: string) {}

  /** Where an asset's bytes are, or would be. Ids end in random digits, so that folders fill evenly. */
  path(assetId: string): string {
    if (!ID.test(assetId)) throw new Error('an asset id is a lower-case UUID');
    return join(this.root, assetId.slice(-2), assetId);
  }

  /**
   * Streams bytes to their place while hashing them. The bytes reach the disk with `settle`, which the caller may
   * await later, beside other work.
   *
   * @throws TooManyBytes above `bytesMax`; StorageLate; whatever the source throws. Nothing is left behind either way.
   */
  write(assetId: string, source: AsyncIterable<Uint8Array>, bytesMax: number): Promise<StoredBytes> {
    return withStorage(() => this.writeAll(assetId, source, bytesMax));
  }

  private async writeAll(assetId: string, source: AsyncIterable<Uint8Array>, bytesMax: number): Promise<StoredBytes> {
    const path = this.path(assetId);
    await this.ensureFolder(join(path, '..'));
    const file = await open(path, 'wx', 0o640);
    const hash = createHash('sha256');
    let bytes = 0;
    try {
      for await (const chunk of source) {
        bytes += chunk.byteLength;
        if (bytes > bytesMax) throw new TooManyBytes(`more than ${bytesMax} bytes`);
        hash.update(chunk);
        await file.appendFile(chunk); // `write` may take a part of it and say so to nobody
      }
      await file.close();
    } catch (error) {
      await file.close().catch(() => undefined);
      await this.remove(assetId);
      throw error;
    }
    return { path, sha256: hash.digest(), bytes };
  }

  /** Makes written bytes survive a power cut: the file's content and its name in the folder. @throws StorageLate */
  settle(assetId: string): Promise<void> {
    return withStorage(async () => {
      const path = this.path(assetId);
      await syncHandle(path);
      await syncHandle(join(path, '..'));
    });
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

  private async ensureFolder(folder: string): Promise<void> {
    if (this.made.has(folder)) return;
    await mkdir(folder, { recursive: true, mode: 0o750 });
    await syncHandle(this.root);
    this.made.add(folder);
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

async function syncHandle(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
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
