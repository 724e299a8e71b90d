import { crc32, deflateRawSync } from 'node:zlib';

/** A file for a zip archive. What is left out is as it should be; the rest lets an archive lie. */
export interface ZipFile {
  readonly name: string;
  readonly content?: Uint8Array;
  readonly deflate?: boolean;
  /** POSIX mode: kind and permissions. */
  readonly mode?: number;
  readonly flags?: number;
  readonly method?: number;
  /** Unpacked bytes as the directory says. */
  readonly size?: number;
  readonly crc?: number;
  /** Another name in the file's own header. */
  readonly localName?: string;
  /** Where its header and bytes are said to be; they are left out then. */
  readonly offset?: number;
}

const UTF8 = 0x800;
const UNIX = 3;

/** A zip archive (APPNOTE 6.3). */
export function zipOf(files: readonly ZipFile[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const content = file.content ?? new Uint8Array();
    const stored = file.deflate === true ? deflateRawSync(content) : Buffer.from(content);
    const facts = factsOf(file, stored.byteLength);
    directory.push(directoryEntry(file, facts, file.offset ?? offset));
    if (file.offset !== undefined) continue;
    const name = Buffer.from(file.localName ?? file.name);
    const header = Buffer.concat([uint32(0x04034b50), facts, uint16(name.length), uint16(0), name]);
    parts.push(header, stored);
    offset += header.length + stored.byteLength;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.concat([
    ...[uint32(0x06054b50), uint16(0), uint16(0), uint16(files.length), uint16(files.length)],
    ...[uint32(listed.length), uint32(offset), uint16(0)],
  ]);
  return Buffer.concat([...parts, listed, end]);
}

/** What both headers of a file say: from the version that is needed to the unpacked size. */
function factsOf({ content = new Uint8Array(), deflate = false, ...said }: ZipFile, stored: number): Buffer {
  return Buffer.concat([
    ...[uint16(20), uint16(said.flags ?? UTF8), uint16(said.method ?? (deflate ? 8 : 0)), uint32(0)],
    ...[uint32(said.crc ?? crc32(content)), uint32(stored), uint32(said.size ?? content.byteLength)],
  ]);
}

function directoryEntry({ name, mode = 0o100644 }: ZipFile, facts: Buffer, offset: number): Buffer {
  const bytes = Buffer.from(name);
  return Buffer.concat([
    ...[uint32(0x02014b50), Buffer.from([20, UNIX]), facts, uint16(bytes.length), uint16(0), uint16(0)],
    ...[uint16(0), uint16(0), uint32((mode << 16) >>> 0), uint32(offset), bytes],
  ]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
