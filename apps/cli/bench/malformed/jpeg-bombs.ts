import sharp from 'sharp';

import type { Bomb } from './bomb.js';

interface Side {
  readonly width: number;
  readonly height: number;
}

const SCAN = Buffer.from([0xff, 0xda]);
const END = Buffer.from([0xff, 0xd9]);
/** 49 megapixels: just below what is accepted. */
const LARGE: Side = { width: 7_000, height: 7_000 };
const SEGMENT_BYTES_MAX = 65_535;

export const JPEG_BOMBS: readonly Bomb[] = [
  { name: 'JPEG of 49 MP', make: () => flat(LARGE) },
  { name: 'progressive JPEG of 49 MP', make: () => flat(LARGE, true) },
  { name: 'JPEG of 65 500 × 700 pixels', make: () => flat({ width: 65_500, height: 700 }) },
  {
    name: 'JPEG that claims 65 500 × 65 500 pixels',
    make: async () => claiming(await flat({ width: 64, height: 64 })),
  },
  { name: 'JPEG of 5 000 scans', make: () => withScans({ width: 500, height: 500 }, 5_000) },
  { name: 'JPEG of 49 MP with as many scans as may be', make: () => withScans(LARGE, 50) },
  { name: 'JPEG with 200 segments of 64 kB', make: () => withSegments(200, Buffer.alloc(SEGMENT_BYTES_MAX - 2, 0x41)) },
  { name: 'JPEG with 50 000 empty segments', make: () => withSegments(50_000, Buffer.alloc(0)) },
  { name: 'JPEG with EXIF that leads to itself', make: () => withSegments(1, circularExif()) },
  { name: 'JPEG with EXIF in EXIF in EXIF', make: () => withSegments(1, nestedExif(3_000)) },
];

function flat({ width, height }: Side, progressive = false): Promise<Buffer> {
  const create = { width, height, channels: 3, background: '#456' } as const;
  return sharp({ create, limitInputPixels: false }).jpeg({ quality: 50, progressive }).toBuffer();
}

/** Writes the longest sides that decoders believe into the frame header. */
function claiming(jpeg: Buffer): Buffer {
  const at = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
  jpeg.writeUInt16BE(65_500, at + 5);
  jpeg.writeUInt16BE(65_500, at + 7);
  return jpeg;
}

/** The last scan of a progressive JPEG, again and again: each is a pass over the whole picture. */
async function withScans(side: Side, count: number): Promise<Buffer> {
  const jpeg = await flat(side, true);
  const last = jpeg.subarray(jpeg.lastIndexOf(SCAN), jpeg.length - END.length);
  return Buffer.concat([jpeg.subarray(0, -END.length), ...Array<Buffer>(count).fill(last), END]);
}

async function withSegments(count: number, data: Buffer): Promise<Buffer> {
  const jpeg = await flat({ width: 64, height: 64 });
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([
    jpeg.subarray(0, 2),
    ...Array<Buffer>(count).fill(Buffer.concat([head, data])),
    jpeg.subarray(2),
  ]);
}

const EXIF = Buffer.from('Exif\0\0MM\0*', 'latin1');
const POINTER_TAG = 0x8769;

/** One directory with a pointer to a directory (TIFF 6.0, section 2), counted from the byte order mark. */
function directory(pointsTo: number, nextAt: number): Buffer {
  const bytes = Buffer.alloc(18);
  bytes.writeUInt16BE(1, 0);
  bytes.writeUInt16BE(POINTER_TAG, 2);
  bytes.writeUInt16BE(4, 4); // type LONG
  bytes.writeUInt32BE(1, 6);
  bytes.writeUInt32BE(pointsTo, 10);
  bytes.writeUInt32BE(nextAt, 14);
  return bytes;
}

const START = 8;

const circularExif = (): Buffer => exif([directory(START, START)]);

function nestedExif(depth: number): Buffer {
  const bytes = directory(0, 0).length;
  return exif(Array.from({ length: depth }, (_, index) => directory(START + (index + 1) * bytes, 0)));
}

function exif(directories: readonly Buffer[]): Buffer {
  const start = Buffer.alloc(4);
  start.writeUInt32BE(START);
  return Buffer.concat([EXIF, start, ...directories]);
}
