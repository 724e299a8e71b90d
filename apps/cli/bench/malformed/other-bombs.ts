import sharp, { type Sharp } from 'sharp';

import type { Bomb } from './bomb.js';

/** The longest side that WebP has. */
const WEBP_SIDE_MAX = 16_383;
const CANVAS_SIDE = 7_000;

/** WebP and AVIF. */
export const OTHER_BOMBS: readonly Bomb[] = [
  { name: 'WebP of 49 MP', make: () => still(WEBP_SIDE_MAX, 2_990).webp({ lossless: true, effort: 0 }).toBuffer() },
  { name: 'WebP of 100 frames of 49 MP', make: () => animatedWebp(100) },
  { name: 'WebP of 4 frames of 49 MP', make: () => animatedWebp(4) },
  { name: 'WebP of 10 000 frames', make: () => animatedWebp(10_000) },
  { name: 'AVIF of 36 MP', make: () => still(6_000, 6_000).avif({ effort: 0, quality: 20 }).toBuffer() },
  { name: 'AVIF that claims 4 294 967 295 pixels a side', make: claimingAvif },
  { name: 'AVIF of 100 000 boxes in boxes', make: () => boxesInBoxes(100_000) },
];

const still = (width: number, height: number): Sharp =>
  sharp({ create: { width, height, channels: 3, background: '#456' }, limitInputPixels: false });

/** A large canvas and frames of one pixel each (WebP container specification, "Animation"). */
async function animatedWebp(frames: number): Promise<Buffer> {
  const picture = (await still(1, 1).webp({ lossless: true }).toBuffer()).subarray(12);
  const side = Buffer.alloc(3);
  side.writeUIntLE(CANVAS_SIDE - 1, 0, 3);
  const flags = Buffer.from([0x02, 0, 0, 0]); // animated
  const place = Buffer.concat([Buffer.alloc(12), Buffer.from([40, 0, 0, 0])]); // at 0, 0; one pixel; 40 ms
  const frame = chunk('ANMF', Buffer.concat([place, picture]));
  const chunks = [chunk('VP8X', Buffer.concat([flags, side, side])), chunk('ANIM', Buffer.alloc(6))];
  const body = Buffer.concat([Buffer.from('WEBP', 'latin1'), ...chunks, ...Array<Buffer>(frames).fill(frame)]);
  return chunk('RIFF', body);
}

function chunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}

async function claimingAvif(): Promise<Buffer> {
  const avif = await still(64, 64).avif({ effort: 0 }).toBuffer();
  avif.fill(0xff, avif.indexOf('ispe', 0, 'latin1') + 8, avif.indexOf('ispe', 0, 'latin1') + 16);
  return avif;
}

/** Each box holds the next one. */
function boxesInBoxes(depth: number): Buffer {
  const type = Buffer.from('\0\0\0\x18ftypavif\0\0\0\0avifmif1', 'latin1');
  const boxes = Buffer.alloc(depth * 8);
  for (let level = 0; level < depth; level += 1) {
    boxes.writeUInt32BE((depth - level) * 8, level * 8);
    boxes.write('moov', level * 8 + 4, 'latin1');
  }
  return Buffer.concat([type, boxes]);
}
