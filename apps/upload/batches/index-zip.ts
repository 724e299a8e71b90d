import { openPromise, type Entry, type ZipFile } from 'yauzl';

import { Problem } from '#contracts/problems.js';

import { invalidArchive, invalidEntry } from './invalid-archive.js';
import { PackedImagesBuilder, type ArchiveLimits, type PackedImages } from './packed-images.js';

const STORED = 0;
const DEFLATED = 8;
/** The kind of file in a POSIX mode. */
const KIND_MASK = 0o170000;
const FILE = 0o100000;

/**
 * Lists what a zip file holds, without unpacking anything: where each file's bytes lie, as its directory and each file's own
 * header say alike.
 *
 * @throws Problem `invalid-archive` for all that sound archives of images do not have
 */
export async function indexZip(path: string, limits: ArchiveLimits): Promise<PackedImages> {
  let zip: ZipFile | undefined;
  try {
    zip = await openPromise(path, { autoClose: false, lazyEntries: true, strictFileNames: true });
    return await indexOpen(zip, limits);
  } catch (error) {
    if (error instanceof Problem || isOfSystem(error)) throw error;
    throw invalidArchive('The zip file is broken, incomplete, or has something behind its end.');
  } finally {
    zip?.close();
  }
}

async function indexOpen(zip: ZipFile, limits: ArchiveLimits): Promise<PackedImages> {
  const builder = new PackedImagesBuilder(limits, zip.fileSize);
  const spans: [start: number, end: number][] = [];
  for await (const entry of zip.eachEntry()) {
    const { fileName, compressedSize, uncompressedSize, relativeOffsetOfLocalHeader } = entry;
    builder.count(uncompressedSize);
    if (fileName.endsWith('/')) continue;
    refuseUnusual(entry);
    const offset = await dataStart(zip, entry);
    if (offset + compressedSize > zip.fileSize) throw invalidEntry(fileName, 'ends behind the end of the archive');
    spans.push([relativeOffsetOfLocalHeader, offset + compressedSize]);
    const name = builder.admit(fileName);
    if (name === undefined) continue;
    const deflated = entry.compressionMethod === DEFLATED;
    const sizes = { offset, storedBytes: compressedSize, bytes: uncompressedSize };
    builder.add({ name, ...sizes, deflated, crc32: entry.crc32 >>> 0 });
  }
  refuseOverlaps(spans);
  return builder.build();
}

function refuseUnusual(entry: Entry): void {
  const { fileName, compressionMethod, externalFileAttributes } = entry;
  if (entry.isEncrypted()) throw invalidEntry(fileName, 'is encrypted');
  const kind = (externalFileAttributes >>> 16) & KIND_MASK;
  if (kind !== 0 && kind !== FILE) throw invalidEntry(fileName, 'is a link or a device, not a file');
  if (compressionMethod !== STORED && compressionMethod !== DEFLATED) {
    throw invalidEntry(fileName, 'is packed by a method other than deflate');
  }
}

/** Where a file's bytes begin. Its own header must name the same file: two readings of one archive are an attack. */
async function dataStart(zip: ZipFile, entry: Entry): Promise<number> {
  const local = await zip.readLocalFileHeaderPromise(entry);
  if (!local.fileName.equals(entry.fileNameRaw) || local.compressionMethod !== entry.compressionMethod) {
    throw invalidEntry(entry.fileName, 'has another name or method in its own header than in the directory');
  }
  return local.fileDataStart;
}

/** Files that share bytes make much out of little (David Fifield, "A better zip bomb", 2019). */
function refuseOverlaps(spans: readonly (readonly [start: number, end: number])[]): void {
  let last = 0;
  for (const [start, end] of spans.toSorted(([a], [b]) => a - b)) {
    if (start < last) throw invalidArchive('Files of the archive share bytes.');
    last = end;
  }
}

/** The disk's trouble, which is not the archive's. */
const isOfSystem = (error: unknown): boolean => typeof error === 'object' && error !== null && 'syscall' in error;
