import { drawSample, type SampleSide } from '#imaging/draw-samples.js';
import { openPixels, openUntrusted } from '#imaging/sharp-settings.js';

/** A picture that shows one thing to a person and another to the reference look. */
export interface MadePicture {
  readonly name: string;
  readonly png: Buffer;
}

const LARGE: SampleSide = { width: 2_048, height: 1_536 };
const CHANNELS = 3;
/** Harmless drawings: hills, which the models take for neutral, and dunes, which they take for explicit. */
const [HILLS, DUNES] = [0, 5];

/**
 * Dunes as a quarter of a picture of hills; and dunes with hills in those pixels that the reference resize reads (an
 * image-scaling attack: Xiao et al., "Seeing is Not Believing", USENIX Security 2019). With the two that they are made of.
 *
 * @param size side of a view
 */
export async function makePictures(size: number): Promise<MadePicture[]> {
  const [hills, dunes] = await Promise.all([drawn(HILLS, LARGE), drawn(DUNES, LARGE)]);
  const quarter = await drawn(DUNES, { width: LARGE.width / 2, height: LARGE.height / 2 });
  const collage = Buffer.from(hills);
  for (let y = 0; y < LARGE.height / 2; y += 1) {
    const row = (y * LARGE.width * CHANNELS) / 2;
    quarter.copy(collage, y * LARGE.width * CHANNELS, row, row + (LARGE.width * CHANNELS) / 2);
  }
  const hiding = Buffer.from(dunes);
  for (const y of readBy(LARGE.height, size)) {
    for (const x of readBy(LARGE.width, size)) {
      const at = (y * LARGE.width + x) * CHANNELS;
      hills.copy(hiding, at, at, at + CHANNELS);
    }
  }
  const pictures: [string, Buffer][] = [
    ['hills', hills],
    ['dunes', dunes],
    ['a quarter of it is dunes, the rest hills', collage],
    ['dunes, with hills in the pixels that the reference reads', hiding],
  ];
  return Promise.all(
    pictures.map(async ([name, pixels]) => ({
      name,
      png: await openPixels(pixels, { ...LARGE, channels: CHANNELS })
        .png()
        .toBuffer(),
    })),
  );
}

async function drawn(index: number, side: SampleSide): Promise<Buffer> {
  const { bytes } = await drawSample(index);
  return openUntrusted(bytes, { strictness: 'none', pixelsMax: false })
    .resize(side.width, side.height, { fit: 'fill' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer();
}

/** The columns or rows that the reference resize reads: at or below each place, and the next one. */
function readBy(side: number, size: number): number[] {
  const places = Array.from({ length: size }, (_, index) => Math.floor((index * (side - 1)) / (size - 1)));
  return [...new Set(places.flatMap((place) => [place, Math.min(place + 1, side - 1)]))];
}
