import { createHash } from 'node:crypto';
import { mkdir, open, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { Readable } from 'node:stream';

import { Problem } from '#contracts/problems.js';
import { TooManyBytes } from '#storage/errors.js';
import { codeOf, copy, ignoreMissing, withDisk } from '#storage/on-disk.js';

import { indexZip } from './index-zip.js';
import { invalidArchive } from './invalid-archive.js';
import {
  BYTES_PER_ITEM,
  unpackedBytesMax,
  unpacksTooFar,
  type ArchiveLimits,
  type PackedImages,
} from './packed-images.js';
import { unpackTar } from './unpack-tar.js';

export type ArchiveType = 'zip' | 'tar' | 'tar+gzip';

/** An archive that is there to be worked on. */
export interface ReceivedArchive {
  readonly packed: PackedImages;
  /** SHA-256 of what was sent. */
  readonly sha256: Buffer;
}

/** An archive that lies somewhere until it is worked off. */
export interface WaitingArchive {
  /** Of its submission. */
  readonly id: string;
  /** Epoch milliseconds; while it arrives it is written all the time. */
  readonly writtenAtMs: number;
}

/** Of a submission. */
export const ARCHIVE_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** What comes out of unpacking at once: each piece is worked on by itself. */
const UNPACKED_CHUNK_BYTES = 65_536;

/** Archives that were sent and wait to be worked off, one file each, named by their submission. */
export class ArchiveFiles {
  constructor(private readonly folder: string) {}

  path(id: string): string {
    if (!ARCHIVE_ID.test(id)) throw new Error('a submission id is a lower-case UUID');
    return join(this.folder, id);
  }

  /**
   * Streams an archive to its place and lists what is in it. When this resolves the file survives a power cut.
   *
   * @throws Problem `too-large`, `invalid-archive`; StorageLate; whatever the source throws. Nothing is left then.
   */
  async receive(
    id: string,
    type: ArchiveType,
    source: AsyncIterable<Uint8Array>,
    limits: ArchiveLimits,
  ): Promise<ReceivedArchive> {
    try {
      return await withDisk(() => this.write(id, type, source, limits));
    } catch (error) {
      await this.remove(id);
      throw error instanceof TooManyBytes
        ? new Problem('too-large', `An archive may have at most ${limits.bytesMax} bytes. Send several smaller ones.`)
        : error;
    }
  }

  /** All archives that are here. */
  async list(): Promise<WaitingArchive[]> {
    const found = await Promise.all(
      (await this.ids()).map(async (id) => ({ id, writtenAtMs: await this.writtenAtMs(id) })),
    );
    return found.flatMap(({ id, writtenAtMs }) => (writtenAtMs === undefined ? [] : [{ id, writtenAtMs }]));
  }

  /** Ids of all submissions whose archive is here. */
  async ids(): Promise<string[]> {
    const names = await readdir(this.folder).catch(ignoreMissing);
    return names?.filter((name) => ARCHIVE_ID.test(name)) ?? [];
  }

  private async writtenAtMs(id: string): Promise<number | undefined> {
    return (await stat(this.path(id)).catch(ignoreMissing))?.mtimeMs;
  }

  /** Harmless when there is none. */
  async remove(id: string): Promise<void> {
    await unlink(this.path(id)).catch(ignoreMissing);
  }

  private async write(
    id: string,
    type: ArchiveType,
    source: AsyncIterable<Uint8Array>,
    limits: ArchiveLimits,
  ): Promise<ReceivedArchive> {
    await mkdir(this.folder, { recursive: true, mode: 0o750 });
    const hash = createHash('sha256');
    const file = await open(this.path(id), 'wx', 0o640);
    let packed: PackedImages | undefined;
    try {
      if (type === 'zip') await copy(source, file, hash, limits.bytesMax);
      else packed = await unpackTar(tarOf(type, hashed(source, hash, limits.bytesMax), limits), file, limits);
      await file.sync();
    } finally {
      await file.close();
    }
    packed ??= await indexZip(this.path(id), limits);
    return { packed, sha256: hash.digest() };
  }
}

/** @throws TooManyBytes above `bytesMax` */
async function* hashed(
  source: AsyncIterable<Uint8Array>,
  hash: ReturnType<typeof createHash>,
  bytesMax: number,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw new TooManyBytes(`more than ${bytesMax} bytes`);
    hash.update(chunk);
    yield chunk;
  }
}

/**
 * A tar file's own bytes, which unpacked may be no more than the archive may have, and the headers; and no more than what has
 * come of it may unpack to.
 */
async function* tarOf(
  type: 'tar' | 'tar+gzip',
  source: AsyncIterable<Uint8Array>,
  limits: ArchiveLimits,
): AsyncGenerator<Uint8Array> {
  const { bytesMax, itemsMax } = limits;
  const most = bytesMax + itemsMax * BYTES_PER_ITEM;
  let [packedBytes, bytes] = [0, 0];
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      packedBytes += chunk.byteLength;
      yield chunk;
    }
  };
  for await (const chunk of type === 'tar' ? counted() : gunzipped(counted())) {
    bytes += chunk.byteLength;
    if (bytes > most) throw invalidArchive(`Unpacked, the archive has more than ${bytesMax} bytes.`);
    if (bytes > unpackedBytesMax(packedBytes, limits)) throw unpacksTooFar();
    yield chunk;
  }
}

async function* gunzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const packed = Readable.from(source, { objectMode: false });
  const gunzip = createGunzip({ chunkSize: UNPACKED_CHUNK_BYTES });
  packed.on('error', (error) => gunzip.destroy(error));
  try {
    yield* packed.pipe(gunzip) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw codeOf(error).startsWith('Z_') ? invalidArchive('The gzip stream is broken or incomplete.') : error;
  } finally {
    packed.destroy();
    gunzip.destroy();
  }
}
