import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, opendir, stat, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { AssetBytes, BorrowedBytes, BytesPresence, PlaceFault, StoredBytes } from './asset-bytes.js';
import { assetName, idOfName } from './asset-name.js';
import { bytesPresence, holdsAnything, readFirst } from './bytes-presence.js';
import { folderAheadMs } from './folder-clock.js';
import { StorageLate } from './errors.js';
import { codeOf, copy, ignoreMissing, withDisk } from './on-disk.js';

const FOLDER = /^[0-9a-f]{2}$/;

/** The file that was written is the one that stays. */
const release = (): Promise<void> => Promise.resolve();

/**
 * Asset bytes on the file system, one file an asset (docs/decisions/0004): erasing one client's asset can never touch
 * another's, and an orphan is a file whose id has no row.
 */
export class AssetFiles implements AssetBytes {
  /** The folders that were written to, at most 256: each name in them is made to last. */
  private readonly folders = new Map<string, Promise<FileHandle>>();
  /** The root was there with something in it: without anything it is away, and not new. */
  private wasSeen = false;

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
    const file = await open(path, 'wx', 0o640).catch((error: unknown) => this.letGo(dirname(path), folder, error));
    const hash = createHash('sha256');
    let bytes: number;
    try {
      bytes = await copy(source, file, hash, bytesMax);
    } catch (error) {
      await file.close().catch(() => undefined);
      await this.remove(assetId);
      throw error;
    }
    const settled = withDisk(() => settle(file, folder)).catch((error: unknown) =>
      this.letGo(dirname(path), folder, error),
    );
    settled.catch(() => undefined);
    return { path, sha256: hash.digest(), bytes, settled, release };
  }

  async remove(assetId: string, lasting = false): Promise<void> {
    const path = this.path(assetId);
    await withDisk(async () => {
      await unlink(path).catch(ignoreMissing);
      if (lasting) await syncFolder(dirname(path));
    });
  }

  /** The very file, once some of it was read: a mount that has gone fails here, for all, and not for whoever looks at it. */
  async borrow(assetId: string): Promise<BorrowedBytes> {
    const path = this.path(assetId);
    await readFirst(path);
    return { path, release };
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

  /** What of it is away is seen by the root: a folder in it that fails is seen by those who want its files. */
  async fault(): Promise<PlaceFault | undefined> {
    try {
      if (await holdsAnything(this.root)) this.wasSeen = true;
      else if (this.wasSeen) return { kind: 'away', detail: 'the folder of all stored bytes is away' };
      return undefined;
    } catch (error) {
      return { kind: 'away', detail: `the folder of all stored bytes cannot be read: ${codeOf(error)}` };
    }
  }

  async close(): Promise<void> {
    const folders = await Promise.allSettled(this.folders.values());
    this.folders.clear();
    for (const folder of folders) if (folder.status === 'fulfilled') await folder.value.close();
  }

  /** Everything there is, as names below the root. */
  private async *names(): AsyncGenerator<string> {
    for await (const folder of entries(this.root)) {
      if (!FOLDER.test(folder)) yield folder;
      else for await (const file of entries(join(this.root, folder))) yield `${folder}/${file}`;
    }
  }

  private folder(path: string): Promise<FileHandle> {
    const known = this.folders.get(path);
    if (known !== undefined) return known;
    const made = this.makeFolder(path);
    this.folders.set(path, made);
    made.catch(() => this.folders.delete(path));
    return made;
  }

  /** Where the place was and is not, nothing takes its place: bytes in an empty mount point would be gone when it is there again. */
  private async makeFolder(path: string): Promise<FileHandle> {
    const away = await this.fault();
    if (away !== undefined) throw new StorageLate(away.detail);
    await mkdir(path, { recursive: true, mode: 0o750 });
    await syncFolder(this.root);
    this.wasSeen = true;
    return open(path, 'r');
  }

  /**
   * A folder that does not do what it did is opened anew by the next who writes there: it may be another one, or on another
   * mount. @throws the error
   */
  private async letGo(path: string, folder: FileHandle, error: unknown): Promise<never> {
    if (codeOf(error) === 'EEXIST') throw error;
    const known = this.folders.get(path);
    const isKnown = (await known?.catch(() => undefined)) === folder;
    if (isKnown && this.folders.get(path) === known) this.folders.delete(path);
    await folder.close().catch(() => undefined);
    if (codeOf(error) === 'ENOENT') throw new StorageLate('the folder of the bytes is gone', { cause: error });
    throw error;
  }
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

async function settle(file: FileHandle, folder: FileHandle): Promise<void> {
  try {
    await Promise.all([file.sync(), folder.sync()]);
  } finally {
    await file.close();
  }
}

async function* entries(folder: string): AsyncGenerator<string> {
  const listing = await opendir(folder).catch(ignoreMissing);
  if (listing === undefined) return;
  for await (const entry of listing) yield entry.name;
}
