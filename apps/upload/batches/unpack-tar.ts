import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { extract, type ExtractEvents } from 'tar-stream';

import { Problem } from '#contracts/problems.js';
import { codeOf } from '#storage/on-disk.js';

import { brokenTar, invalidEntry } from './invalid-archive.js';
import { soundTar } from './sound-tar.js';
import { PackedImagesBuilder, type ArchiveLimits, type PackedImages } from './packed-images.js';

type Entry = ExtractEvents['entry'][1];

const FILES = ['file', 'contiguous-file'];

/**
 * Writes the files of a tar stream one behind the other into `pack`, and nothing else of it.
 *
 * @param source the tar file's bytes, unpacked and bounded already
 * @throws Problem `invalid-archive`; whatever the source throws; the disk's errors
 */
export async function unpackTar(
  source: AsyncIterable<Uint8Array>,
  pack: FileHandle,
  limits: ArchiveLimits,
): Promise<PackedImages> {
  const builder = new PackedImagesBuilder(limits);
  const archive = extract();
  let sourceFault: { readonly error: unknown } | undefined;
  const onFault = (error: unknown): void => void (sourceFault = { error });
  const reading = pipeline(Readable.from(soundTar(watched(source, onFault), builder), { objectMode: false }), archive);
  let written = 0;
  const unpack = async (): Promise<void> => {
    for await (const entry of archive) written += await unpackEntry(entry, pack, written, builder);
  };
  const [read, unpacked] = await Promise.allSettled([reading, unpack()]);
  // what is refused here breaks the reading off, and a broken archive ends the unpacking
  if (unpacked.status === 'rejected' && unpacked.reason instanceof Problem) throw unpacked.reason;
  if (read.status === 'rejected' && read.reason instanceof Problem) throw read.reason;
  if (sourceFault !== undefined) throw sourceFault.error;
  for (const { reason } of [unpacked, read].filter((end) => end.status === 'rejected')) throw faultOf(reason);
  return builder.build();
}

/** Tells what the source throws from what its reader throws into it. */
async function* watched(
  source: AsyncIterable<Uint8Array>,
  onFault: (error: unknown) => void,
): AsyncGenerator<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await chunks.next().catch((error: unknown) => {
        onFault(error);
        throw error;
      });
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await chunks.return?.();
  }
}

/** @returns how many bytes it wrote, behind the `offset` there are */
async function unpackEntry(
  entry: Entry,
  pack: FileHandle,
  offset: number,
  builder: PackedImagesBuilder,
): Promise<number> {
  const { name: raw, type, size, pax } = entry.header;
  // where a file ends is said once: whoever reads its header only would go on elsewhere
  if (Object.hasOwn(pax ?? {}, 'size')) throw invalidEntry(raw, 'has its length in another header than its own');
  builder.count(size);
  const isFile = FILES.includes(type);
  if (!isFile && type !== 'directory') throw invalidEntry(raw, 'is a link or a device, not a file');
  const name = isFile ? builder.admit(raw) : undefined;
  let bytes = 0;
  for await (const chunk of entry as AsyncIterable<Uint8Array>) {
    if (name === undefined) continue;
    await pack.appendFile(chunk);
    bytes += chunk.byteLength;
  }
  if (name !== undefined) builder.add({ name, offset, storedBytes: bytes, bytes, deflated: false, crc32: null });
  return bytes;
}

/** The reader's words about a broken archive stay inside. */
const faultOf = (error: unknown): unknown => (error instanceof Problem || codeOf(error) !== '' ? error : brokenTar());
