import { beforeAll, describe, expect, it } from '@jest/globals';
import { decodeFrame, type DecodedFrame } from '../decode-frame.js';
import { drawSample } from '../draw-samples.js';
import { openPixels, openUntrusted } from '../sharp-settings.js';
import { perceptualHashOf } from './pdq.js';

/** Bits within which pictures count as alike. */
const ALIKE = 31;
/** What changes that hardly show may cost of them. */
const NEAR = 14;
/** Drawn small, since that is quick, and enlarged to what a photograph's size is. */
const DRAWN = { width: 200, height: 150 };
const LARGE = { width: 640, height: 480 };
/** Hills, pebbles, lines, a portrait and the sea. */
const PICTURES = [0, 1, 2, 6, 7];
/** Of a busy machine. */
const DRAWING_MS_MAX = 60_000;

const frame = (pixels: Uint8Array, width: number, height: number, channels: 3 | 4 = 3): DecodedFrame => ({
  pixels,
  width,
  height,
  channels,
  damaged: false,
});

type Image = ReturnType<typeof openPixels>;

async function decoded(image: Image): Promise<DecodedFrame> {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  expect(info.channels).toBe(3);
  return frame(data, info.width, info.height);
}

const bitsBetween = (a: DecodedFrame, b: DecodedFrame): number => distance(hash(a), hash(b));
const hash = (picture: DecodedFrame): string => perceptualHashOf(picture).pdq;
const distance = (a: string, b: string): number =>
  (BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2).replaceAll('0', '').length;

let pictures: DecodedFrame[] = [];
beforeAll(async () => {
  const samples = await Promise.all(PICTURES.map((index) => drawSample(index, DRAWN)));
  const opened = samples.map(({ bytes }) => openUntrusted(bytes, { strictness: 'warning', pixelsMax: 1_000_000 }));
  pictures = await Promise.all(opened.map((image) => decoded(image.resize(LARGE))));
}, DRAWING_MS_MAX);

const reopened = ({ pixels, width, height }: DecodedFrame): Image => openPixels(pixels, { width, height, channels: 3 });

describe('the PDQ hash of a picture', () => {
  it.each<[string, (image: Image) => Image]>([
    ['smaller', (image) => image.resize(400, 300)],
    ['larger', (image) => image.resize(1_200, 900)],
    ['in slightly other proportions', (image) => image.resize(620, 490, { fit: 'fill' })],
    ['blurred', (image) => image.blur(2)],
    ['paler', (image) => image.modulate({ saturation: 0.3 })],
    ['brighter', (image) => image.linear(0.9, 12)],
  ])('stays alike when it is %s', async (_how, change) => {
    expect(pictures).toHaveLength(PICTURES.length);
    for (const picture of pictures) {
      expect(bitsBetween(picture, await decoded(change(reopened(picture))))).toBeLessThanOrEqual(NEAR);
    }
  });

  it('stays alike when it is compressed again', async () => {
    for (const picture of pictures) {
      const bytes = await reopened(picture).jpeg({ quality: 40 }).toBuffer();
      const again = await decodeFrame(bytes, { pixelsMax: 1_000_000 });
      expect(again && bitsBetween(picture, again)).toBeLessThanOrEqual(NEAR);
    }
  });

  it('differs from that of every other picture', () => {
    const hashes = pictures.map(hash);
    const pairs = hashes.flatMap((a, at) => hashes.slice(at + 1).map((b) => distance(a, b)));
    expect(Math.min(...pairs)).toBeGreaterThan(ALIKE);
  });

  it('has as many bits set as not, and quality to the full where there is much to see', () => {
    for (const picture of pictures) {
      expect(distance(hash(picture), '0')).toBe(128);
      expect(perceptualHashOf(picture).quality).toBeLessThanOrEqual(100);
    }
    const random = Uint8Array.from({ length: 64 * 64 * 3 }, (_, index) => Math.floor(index / 3) * 2_654_435_761);
    expect(perceptualHashOf(frame(random, 64, 64)).quality).toBe(100);
  });
});

describe('a picture with nothing to see', () => {
  it.each([
    ['flat', frame(new Uint8Array(100 * 80 * 3).fill(90), 100, 80)],
    [
      'smaller than five pixels',
      frame(
        Uint8Array.from({ length: 4 * 9 * 3 }, (_, at) => at * 97),
        4,
        9,
      ),
    ],
    [
      'hidden',
      frame(
        Uint8Array.from({ length: 64 * 64 * 4 }, (_, at) => (at % 4 === 3 ? 0 : at * 97)),
        64,
        64,
        4,
      ),
    ],
  ])('%s: the quality is 0', (_what, picture) => {
    expect(perceptualHashOf(picture).quality).toBe(0);
  });

  it('is hardly told by a soft slope', () => {
    const slope = Uint8Array.from({ length: 200 * 200 * 3 }, (_, at) => 100 + (Math.floor(at / 3) % 200) / 10);
    expect(perceptualHashOf(frame(slope, 200, 200)).quality).toBeLessThanOrEqual(49);
  });
});

describe('the PDQ hash of a frame that samples its picture', () => {
  it('is nearly that of the whole picture, whatever the sample’s proportions are', async () => {
    for (const picture of pictures) {
      const large = await decoded(reopened(picture).resize(1_280, 896, { fit: 'fill' }));
      const sample = await decoded(reopened(large).resize(224, 224, { fit: 'fill', kernel: 'nearest' }));
      expect(distance(hash(large), perceptualHashOf(sample, large).pdq)).toBeLessThanOrEqual(NEAR);
    }
  });
});

describe('transparency', () => {
  it('is laid on white', () => {
    const seen = Uint8Array.from({ length: 64 * 64 * 3 }, (_, at) => Math.floor(at / 3) * 2_654_435_761);
    const clear = new Uint8Array(64 * 64 * 4);
    const onWhite = seen.map((value) => 255 - Math.round(((255 - value) * 128) / 255));
    for (let pixel = 0; pixel < 64 * 64; pixel += 1) {
      clear.set([...seen.subarray(pixel * 3, pixel * 3 + 3), 128], pixel * 4);
    }
    expect(bitsBetween(frame(clear, 64, 64, 4), frame(onWhite, 64, 64))).toBeLessThanOrEqual(2);
  });
});
