import { describe, expect, it } from '@jest/globals';
import { readApng } from './apng.js';
import { animationControl, craftPng, pngChunk, zeroImageData } from './craft-png.js';

const header = { width: 4, height: 4, bitDepth: 8, colourType: 2 } as const;
const still = zeroImageData(header);
const frame = pngChunk('fdAT', Buffer.alloc(8));

describe('readApng', () => {
  it.each([
    ['a still picture', [still], false, 1],
    ['one declared frame, the still picture', [animationControl(1), still], false, 1],
    ['several declared frames', [animationControl(3), still], true, 3],
    ['one declared frame that is not the still picture', [animationControl(1), still, frame], true, 1],
    ['frame data that nothing announces', [still, frame], true, 1],
    ['two announcements, of which the larger counts', [animationControl(1), animationControl(7), still], true, 7],
    ['an announcement after the picture', [still, animationControl(2)], true, 2],
    ['a claim of four milliards', [animationControl(0xffff_ffff), still], true, 0xffff_ffff],
  ])('reads %s', (_name, chunks, animated, frames) => {
    expect(readApng(craftPng(header, chunks))).toEqual({ animated, frames });
  });

  it('ignores what follows the end of the image', () => {
    const bytes = Buffer.concat([craftPng(header, [still]), animationControl(5)]);
    expect(readApng(bytes).animated).toBe(false);
  });

  it('takes a file of endlessly many chunks for an animation', () => {
    const empty = pngChunk('tEXt', Buffer.alloc(0));
    const bytes = craftPng(header, [still, Buffer.concat(Array.from({ length: 100_001 }, () => empty))]);
    expect(readApng(bytes).animated).toBe(true);
  });

  it('survives a cut at every byte and a chunk length beyond the file', () => {
    const bytes = craftPng(header, [animationControl(2), still]);
    for (let length = 0; length < bytes.length; length += 1) {
      expect(readApng(bytes.subarray(0, length)).frames).toBeLessThanOrEqual(2);
    }
    const lying = Buffer.from(bytes);
    lying.writeUInt32BE(0xffff_ffff, 8);
    expect(readApng(lying)).toEqual({ animated: false, frames: 1 });
  });
});
