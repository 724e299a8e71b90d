import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fsync, open as openDescriptor } from 'node:fs';
import { mkdir, open, opendir, stat, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import type { AssetBytes, BorrowedBytes, BytesPresence, PlaceFault, StoredBytes } from './asset-bytes.js';
import { assetName, idOfName } from './asset-name.js';
import { bytesPresence } from './bytes-presence.js';
import { folderAheadMs } from './folder-clock.js';
import { copy, ignoreMissing, withDisk } from './on-disk.js';

const FOLDER = /^[0-9a-f]{2}$/;

const openFolder = promisify(openDescriptor);
const syncDescriptor = promisify(fsync);
/** The file that was written is the one that stays. */
const release = (): Promise<void> => Promise.resolve();

/**
 * Asset bytes on the file system, one file an asset (docs/decisions/0004): erasing one client's asset can never touch
 * another's, and an orphan is a file whose id has no row.
 */
export class AssetFiles implements AssetBytes {
  /** Descriptors of the folders that were written to, at most 256: each name in them is made to last. */
  private readonly folders = new Map<string, Promise<number>>();

  constructor(private readonly root: string) {}

  /** Where an asset's bytes are, or would be. */
  path(assetId: string): string {
    return join(this.root, assetName(assetId));
  }

  /** They are there to be read when this resolves, and on their way to the disk. */
  write(assetId: string, source: AsyncIterable<Uint8Array>, bytesMax: number): Promise<StoredBytes> {
    return withDisk(() => this.writeAll(assetId, source, bytesMax));
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
    const settled = withDisk(() => settle(file, folder));
    settled.catch(() => undefined);
    return { path, sha256: hash.digest(), bytes, settled, release };
  }

  async remove(assetId: string, lasting = false): Promise<void> {
    const path = this.path(assetId);
    await unlink(path).catch(ignoreMissing);
    if (lasting) await withDisk(() => syncFolder(dirname(path)));
  }

  /** The very file; whether it is there is seen by whoever reads it. */
  borrow(assetId: string): Promise<BorrowedBytes> {
    return Promise.resolve({ path: this.path(assetId), release });
  }

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

  presence(assetId: string): Promise<BytesPresence> {
    return bytesPresence(this.path(assetId));
  }

  /** By the clock that dates the files. */
  async *idsWrittenBefore(beforeMs: number): AsyncGenerator<string> {
    let aheadMs: number | undefined;
    for await (const name of this.names()) {
      const id = idOfName(name);
      const facts = id === undefined ? undefined : await stat(this.path(id)).catch(ignoreMissing);
      if (id === undefined || facts === undefined) continue;
      aheadMs ??= await folderAheadMs(dirname(this.path(id)));
      if (facts.mtimeMs < beforeMs + aheadMs) yield id;
    }
  }

  async *strays(): AsyncGenerator<string> {
    for await (const name of this.names()) if (idOfName(name) === undefined) yield name;
  }

  /** A folder that is away fails each write on its own; nothing is known before. */
  fault(): Promise<PlaceFault | undefined> {
    return Promise.resolve(undefined);
  }

  async close(): Promise<void> {
    const descriptors = await Promise.allSettled(this.folders.values());
    this.folders.clear();
    for (const folder of descriptors) if (folder.status === 'fulfilled') closeSync(folder.value);
  }

  /** Everything there is, as names below the root. */
  private async *names(): AsyncGenerator<string> {
    for await (const folder of entries(this.root)) {
      if (!FOLDER.test(folder)) yield folder;
      else for await (const file of entries(join(this.root, folder))) yield `${folder}/${file}`;
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

/** Makes what happened to its names last; a folder that is not there has none. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(ignoreMissing);
  try {
    await folder?.sync();
  } finally {
    await folder?.close();
  }
}

async function settle(file: FileHandle, folder: number): Promise<void> {
  try {
    await Promise.all([file.sync(), syncDescriptor(folder)]);
  } finally {
    await file.close();
  }
}

async function* entries(folder: string): AsyncGenerator<string> {
  const listing = await opendir(folder).catch(ignoreMissing);
  if (listing === undefined) return;
  for await (const entry of listing) yield entry.name;
}
