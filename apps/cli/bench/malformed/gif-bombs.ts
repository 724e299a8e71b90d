import type { Bomb } from './bomb.js';

interface Canvas {
  readonly width: number;
  readonly height: number;
}

const TWO_COLOURS = Buffer.from([0, 0, 0, 255, 255, 255]);
const TRAILER = Buffer.from([0x3b]);
/** One pixel of colour 0: code size 2; clear, 0, end in codes of three bits (GIF89a, appendix F). */
const ONE_PIXEL = Buffer.from([2, 2, 0x44, 0x01, 0]);

export const GIF_BOMBS: readonly Bomb[] = [
  { name: 'GIF of 10 000 frames', make: () => gif({ width: 16, height: 16 }, 10_000) },
  { name: 'GIF of 100 frames of 49 MP', make: () => gif({ width: 7_000, height: 7_000 }, 100) },
  { name: 'GIF of 4 frames of 49 MP', make: () => gif({ width: 7_000, height: 7_000 }, 4) },
  { name: 'GIF of 65 535 × 65 535 pixels', make: () => gif({ width: 65_535, height: 65_535 }, 1) },
  {
    name: 'GIF of 100 000 comments',
    make: () => gif({ width: 16, height: 16 }, 1, Array<Buffer>(100_000).fill(COMMENT)),
  },
  { name: 'GIF whose codes never end', make: () => gif({ width: 7_000, height: 7_000 }, 1, [endless()]) },
];

const COMMENT = Buffer.from([0x21, 0xfe, 1, 0x2a, 0]);

/** A canvas, and frames of one pixel each on it: what is drawn is the whole canvas, again for each frame. */
function gif({ width, height }: Canvas, frames: number, blocks: readonly Buffer[] = []): Buffer {
  const head = Buffer.alloc(13);
  head.write('GIF89a', 'latin1');
  head.writeUInt16LE(width, 6);
  head.writeUInt16LE(height, 8);
  head[10] = 0x80; // a global table of two colours
  const frame = Buffer.concat([imageHead({ width: 1, height: 1 }), ONE_PIXEL]);
  return Buffer.concat([head, TWO_COLOURS, ...blocks, ...Array<Buffer>(frames).fill(frame), TRAILER]);
}

function imageHead({ width, height }: Canvas): Buffer {
  const head = Buffer.alloc(10);
  head[0] = 0x2c;
  head.writeUInt16LE(width, 5);
  head.writeUInt16LE(height, 7);
  return head;
}

/** An image of which every code says "clear": two megabytes that draw nothing. */
function endless(): Buffer {
  const block = Buffer.concat([Buffer.from([255]), Buffer.alloc(255, 0x24)]);
  const image = imageHead({ width: 7_000, height: 7_000 });
  return Buffer.concat([image, Buffer.from([2]), ...Array<Buffer>(8_000).fill(block), Buffer.from([0])]);
}
