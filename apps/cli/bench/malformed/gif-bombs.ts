import type { Bomb } from './bomb.js';
import { FLAT_CODE_SIZE, flatLzw } from './flat-lzw.js';

interface Side {
  readonly width: number;
  readonly height: number;
}

/** 49 megapixels: just below what is accepted. */
const LARGE: Side = { width: 7_000, height: 7_000 };
const SMALL: Side = { width: 16, height: 16 };
const DOT: Side = { width: 1, height: 1 };
const FOUR_COLOURS = Buffer.from([0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0, 255]);
const TRAILER = Buffer.from([0x3b]);
const COMMENT = Buffer.from([0x21, 0xfe, 1, 0x2a, 0]);

export const GIF_BOMBS: readonly Bomb[] = [
  { name: 'GIF of 10 000 frames', make: () => gif(SMALL, [image(SMALL), ...dots(9_999)]) },
  { name: 'GIF of 49 MP', make: () => gif(LARGE, [image(LARGE)]) },
  { name: 'GIF of 4 frames of 49 MP', make: () => gif(LARGE, Array<Buffer>(4).fill(image(LARGE))) },
  { name: 'GIF of 49 MP with 99 frames of one pixel', make: () => gif(LARGE, [image(LARGE), ...dots(99)]) },
  { name: 'GIF of 100 frames of 1.9 MP', make: () => gif(SCREEN, [image(SCREEN), ...dots(99)]) },
  { name: 'GIF of 65 535 × 65 535 pixels', make: () => gif({ width: 65_535, height: 65_535 }, [image(DOT)]) },
  { name: 'GIF of 100 000 comments', make: () => gif(SMALL, [...Array<Buffer>(100_000).fill(COMMENT), image(SMALL)]) },
  { name: 'GIF whose codes draw nothing', make: () => gif(LARGE, [idle()]) },
];

/** A hundred of these are as many pixels as an animation may have. */
const SCREEN: Side = { width: 1_600, height: 1_200 };

const dots = (count: number): Buffer[] => Array<Buffer>(count).fill(image(DOT));

function gif({ width, height }: Side, blocks: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(13);
  head.write('GIF89a', 'latin1');
  head.writeUInt16LE(width, 6);
  head.writeUInt16LE(height, 8);
  head[10] = 0x81; // a global table of four colours
  return Buffer.concat([head, FOUR_COLOURS, ...blocks, TRAILER]);
}

/** A black image, whole. */
const image = (side: Side): Buffer =>
  Buffer.concat([imageHead(side), Buffer.from([FLAT_CODE_SIZE]), flatLzw(side.width * side.height)]);

function imageHead({ width, height }: Side): Buffer {
  const head = Buffer.alloc(10);
  head[0] = 0x2c;
  head.writeUInt16LE(width, 5);
  head.writeUInt16LE(height, 7);
  return head;
}

/** An image of which every code says "begin anew": two megabytes that draw nothing. */
function idle(): Buffer {
  const block = Buffer.concat([Buffer.from([255]), Buffer.alloc(255, 0x24)]);
  const blocks = Array<Buffer>(8_000).fill(block);
  return Buffer.concat([imageHead(LARGE), Buffer.from([FLAT_CODE_SIZE]), ...blocks, Buffer.from([0])]);
}
