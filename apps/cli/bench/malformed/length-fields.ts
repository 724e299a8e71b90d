/** A number in a file that says how many bytes something has, or how many pixels. */
export interface NumberField {
  readonly offset: number;
  readonly bytes: 1 | 2 | 3 | 4;
  readonly order: 'big' | 'little';
}

const PNG_SIGNATURE_BYTES = 8;
/** Length and type before a chunk's data, a checksum behind it. */
const PNG_CHUNK_BYTES = 12;
const RIFF_HEAD_BYTES = 12;
const RIFF_CHUNK_HEAD_BYTES = 8;
const BOX_HEAD_BYTES = 8;
/** `version` and `flags` of a full box, which stand before what `meta` holds. */
const META_HEAD_BYTES = 12;
const GIF_HEAD_BYTES = 13;
const JPEG_SCAN = 0xda;

/** Boxes of ISO BMFF that hold boxes (ISO/IEC 14496-12), as AVIF has them. */
const CONTAINERS = new Set(['meta', 'iprp', 'ipco', 'moov', 'trak']);

/** Every length that a file's format names on the way through it; none for an unknown format. */
export function lengthFields(bytes: Buffer): NumberField[] {
  const magic = bytes.toString('latin1', 0, 12);
  if (magic.startsWith('\x89PNG')) return pngLengths(bytes);
  if (magic.startsWith('\xff\xd8')) return jpegLengths(bytes);
  if (magic.startsWith('RIFF')) return riffLengths(bytes);
  if (magic.startsWith('GIF8')) return gifLengths(bytes);
  return magic.slice(4, 8) === 'ftyp' ? boxLengths(bytes, 0, bytes.length) : [];
}

function pngLengths(bytes: Buffer): NumberField[] {
  const found: NumberField[] = [];
  for (let at = PNG_SIGNATURE_BYTES; at + 4 <= bytes.length; at += PNG_CHUNK_BYTES + bytes.readUInt32BE(at)) {
    found.push({ offset: at, bytes: 4, order: 'big' });
  }
  return found;
}

/** Up to the first scan: what follows it has no lengths. */
function jpegLengths(bytes: Buffer): NumberField[] {
  const found: NumberField[] = [];
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; at += 2 + bytes.readUInt16BE(at + 2)) {
    found.push({ offset: at + 2, bytes: 2, order: 'big' });
    if (bytes[at + 1] === JPEG_SCAN) break;
  }
  return found;
}

function riffLengths(bytes: Buffer): NumberField[] {
  const found: NumberField[] = [{ offset: 4, bytes: 4, order: 'little' }];
  for (let at = RIFF_HEAD_BYTES; at + RIFF_CHUNK_HEAD_BYTES <= bytes.length;) {
    found.push({ offset: at + 4, bytes: 4, order: 'little' });
    const length = bytes.readUInt32LE(at + 4);
    at += RIFF_CHUNK_HEAD_BYTES + length + (length % 2);
  }
  return found;
}

function boxLengths(bytes: Buffer, from: number, to: number): NumberField[] {
  const found: NumberField[] = [];
  for (let at = from; at + BOX_HEAD_BYTES <= to;) {
    found.push({ offset: at, bytes: 4, order: 'big' });
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const inner = at + (type === 'meta' ? META_HEAD_BYTES : BOX_HEAD_BYTES);
    if (CONTAINERS.has(type)) found.push(...boxLengths(bytes, inner, Math.min(to, at + length)));
    if (length < BOX_HEAD_BYTES) break;
    at += length;
  }
  return found;
}

/** The sub-blocks of a GIF are found by their own lengths: those of the first image are enough to lie with. */
function gifLengths(bytes: Buffer): NumberField[] {
  const found: NumberField[] = [];
  for (let at = bytes.indexOf(0x2c, GIF_HEAD_BYTES) + 11; at < bytes.length; at += 1 + (bytes[at] ?? 0)) {
    found.push({ offset: at, bytes: 1, order: 'little' });
    if (bytes[at] === 0) break;
  }
  return found;
}
