import { createDeflate, deflateSync } from 'node:zlib';
import { once } from 'node:events';

import { animationControl, craftPng, pngChunk, type PngHeader } from '#imaging/craft-png.js';

import type { Bomb } from './bomb.js';

/** 49 megapixels: just below what is accepted. */
const LARGE = { width: 7_000, height: 7_000 };
const GREY = { bitDepth: 8, colourType: 0 } as const;
const TINY: PngHeader = { width: 8, height: 8, ...GREY };
const TEXT_BYTES = 30_000_000;
const CHUNKS = 100_000;
const CHANNELS = { 0: 1, 2: 3, 6: 4 } as const;

export const PNG_BOMBS: readonly Bomb[] = [
  { name: 'PNG of 2 147 483 647 × 1 pixels', make: () => crowned({ width: 2 ** 31 - 1, height: 1, ...GREY }) },
  { name: 'PNG of 60 000 × 60 000 pixels', make: () => crowned({ width: 60_000, height: 60_000, ...GREY }) },
  { name: 'PNG of 49 MP, one bit', make: () => flat({ ...LARGE, bitDepth: 1, colourType: 0 }) },
  { name: 'PNG of 49 MP, RGBA', make: () => flat({ ...LARGE, bitDepth: 8, colourType: 6 }) },
  { name: 'PNG of 49 MP, RGBA in 16 bits', make: () => flat({ ...LARGE, bitDepth: 16, colourType: 6 }) },
  { name: 'PNG whose image data are a bomb', make: () => craftPng(TINY, [pngChunk('IDAT', zeros(TEXT_BYTES))]) },
  { name: 'PNG with a bomb as its text', make: () => withChunks(Array<Buffer>(40).fill(text())) },
  {
    name: 'PNG with a bomb as its colour profile',
    make: () => withChunks([pngChunk('iCCP', named(zeros(TEXT_BYTES)))]),
  },
  {
    name: 'PNG of 100 000 empty chunks',
    make: () => withChunks(Array<Buffer>(CHUNKS).fill(pngChunk('tEXt', named(Buffer.alloc(0))))),
  },
  { name: 'PNG of 4 294 967 295 hidden frames', make: () => withChunks([animationControl(2 ** 32 - 1)]) },
];

const zeros = (length: number): Buffer => deflateSync(Buffer.alloc(length));
/** A keyword, its end, and the method of compression. */
const named = (data: Buffer): Buffer => Buffer.concat([Buffer.from('bomb\0\0', 'latin1'), data]);
const text = (): Buffer => pngChunk('zTXt', named(zeros(TEXT_BYTES / 10)));
const picture = (): Buffer => pngChunk('IDAT', zeros((TINY.width + 1) * TINY.height));
const withChunks = (chunks: readonly Buffer[]): Buffer => craftPng(TINY, [...chunks, picture()]);

/** A header that claims so much, and a picture of one row. */
const crowned = (header: PngHeader): Buffer => craftPng(header, [pngChunk('IDAT', zeros(1_000))]);

/** A whole black picture, made row by row: this process must not be its first victim. */
async function flat(header: PngHeader): Promise<Buffer> {
  const row = Buffer.alloc(1 + Math.ceil((header.width * CHANNELS[header.colourType] * header.bitDepth) / 8));
  const deflate = createDeflate();
  const pieces: Buffer[] = [];
  deflate.on('data', (piece: Buffer) => pieces.push(piece));
  const ended = once(deflate, 'end');
  for (let y = 0; y < header.height; y += 1) if (!deflate.write(row)) await once(deflate, 'drain');
  deflate.end();
  await ended;
  return craftPng(header, [pngChunk('IDAT', Buffer.concat(pieces))]);
}
