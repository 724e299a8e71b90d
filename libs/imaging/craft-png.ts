import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: 1 | 8 | 16;
  /** 0 grey, 2 RGB, 6 RGB with alpha (PNG specification, 11.2.2). */
  readonly colourType: 0 | 2 | 6;
}

/** One chunk: length, type, data, checksum. */
export function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const chunk = Buffer.alloc(8 + body.length);
  chunk.writeUInt32BE(data.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), 4 + body.length);
  return chunk;
}

/** A PNG of the given header and chunks, as the tests need them: nothing is checked. */
export function craftPng(header: PngHeader, chunks: readonly Buffer[]): Buffer {
  const ihdr = Buffer.alloc(13);
  ihdr.writeUInt32BE(header.width, 0);
  ihdr.writeUInt32BE(header.height, 4);
  ihdr.writeUInt8(header.bitDepth, 8);
  ihdr.writeUInt8(header.colourType, 9);
  return Buffer.concat([SIGNATURE, pngChunk('IHDR', ihdr), ...chunks, pngChunk('IEND', Buffer.alloc(0))]);
}

/** Image data of black, fully transparent pixels: the most picture for the fewest bytes. */
export function zeroImageData(header: PngHeader): Buffer {
  const channels = { 0: 1, 2: 3, 6: 4 }[header.colourType];
  const rowBytes = 1 + Math.ceil((header.width * channels * header.bitDepth) / 8);
  return pngChunk('IDAT', deflateSync(Buffer.alloc(rowBytes * header.height)));
}

/** `acTL`: announces an animation of so many frames that plays for ever. */
export function animationControl(frames: number): Buffer {
  const data = Buffer.alloc(8);
  data.writeUInt32BE(frames, 0);
  return pngChunk('acTL', data);
}
