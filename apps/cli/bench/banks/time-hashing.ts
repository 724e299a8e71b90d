import { decodeFrame, type DecodedFrame } from '#imaging/decode-frame.js';
import { perceptualHashOf } from '#imaging/pdq/pdq.js';

import { drawPhotographs } from '../photographs.js';
import { spreadOf, type Spread } from '../statistics.js';

export interface Hashing {
  readonly what: string;
  readonly ms: Spread;
  /** Bits by which the hashes differ from those of the photographs decoded in full. */
  readonly distance: Spread;
}

interface Case {
  readonly what: string;
  readonly width: number;
  readonly height: number;
  /** As the fast model's recipe decodes it; left out: in full. */
  readonly sampleSize?: number;
}

const TWO_MEGAPIXELS = { width: 1_632, height: 1_224 };
const CASES: readonly Case[] = [
  { what: '640 × 480', width: 640, height: 480 },
  { what: '2 MP, decoded for the fast model', ...TWO_MEGAPIXELS, sampleSize: 224 },
  { what: '2 MP, decoded in full', ...TWO_MEGAPIXELS },
];
const PHOTOGRAPHS = 4;
/** Hashes of each photograph; the first ones are not measured. */
const ROUNDS = 40;
const WARM_UP = 10;

/** Computes PDQ hashes of drawn photographs, without the decoding. */
export async function timeHashing(signal: AbortSignal): Promise<Hashing[]> {
  const results: Hashing[] = [];
  for (const one of CASES) {
    const photographs = await drawPhotographs(PHOTOGRAPHS, one);
    signal.throwIfAborted();
    const frames = await Promise.all(photographs.map((bytes) => decode(bytes, one.sampleSize)));
    const full = await Promise.all(photographs.map((bytes) => decode(bytes)));
    results.push({
      what: one.what,
      ms: spreadOf(timed(frames, one)),
      distance: spreadOf(frames.map((frame, index) => differingBits(frame, full[index] ?? frame, one))),
    });
  }
  return results;
}

async function decode(bytes: Uint8Array, sampleSize?: number): Promise<DecodedFrame> {
  const pixelsMax = TWO_MEGAPIXELS.width * TWO_MEGAPIXELS.height;
  const frame = await decodeFrame(bytes, { pixelsMax, ...(sampleSize === undefined ? {} : { sampleSize }) });
  if (frame === undefined) throw new Error('a drawn photograph does not decode');
  return frame;
}

function timed(frames: readonly DecodedFrame[], sides: Case): number[] {
  const values: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const frame of frames) {
      const begun = performance.now();
      perceptualHashOf(frame, sides);
      if (round >= WARM_UP) values.push(performance.now() - begun);
    }
  }
  return values;
}

function differingBits(a: DecodedFrame, b: DecodedFrame, sides: Case): number {
  const [left, right] = [a, b].map((frame) => BigInt(`0x${perceptualHashOf(frame, sides).pdq}`));
  return ((left ?? 0n) ^ (right ?? 0n)).toString(2).replaceAll('0', '').length;
}
