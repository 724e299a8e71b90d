import { openPixels, openUntrusted } from '#imaging/sharp-settings.js';

import { drawPhotographs } from '../photographs.js';
import { median, rounded } from '../statistics.js';
import type { BenchImage } from './bench-image.js';
import type { Candidate } from './recipe-candidates.js';
import { readAll, type ImageSet } from './recipe-images.js';

/** Processor milliseconds per image: by candidate, then by size. */
export type Speeds = ReadonlyMap<Candidate, readonly number[]>;

const SMALL = { width: 640, height: 480 };
const MEDIUM = { width: 1_632, height: 1_224 };
const LARGE = { width: 4_032, height: 3_024 };
const QUALITY = 82;

/** Pictures of the sizes and types that are timed. */
export async function timedSets(): Promise<ImageSet[]> {
  const small = await drawPhotographs(4, SMALL);
  const medium = await drawPhotographs(4, MEDIUM);
  const large = await drawPhotographs(1, LARGE);
  const sets: [string, readonly Buffer[]][] = [
    ['JPEG 640 px', small],
    ['JPEG 2 MP', medium],
    ['JPEG 12 MP', large],
    ['PNG 640 px', await again(small, 'png')],
    ['WebP 640 px', await again(small, 'webp')],
    ['WebP 2 MP', await again(medium.slice(0, 2), 'webp')],
  ];
  return Promise.all(sets.map(async ([name, files]) => ({ name, images: await readAll(files) })));
}

async function again(jpegs: readonly Buffer[], format: 'png' | 'webp'): Promise<Buffer[]> {
  return Promise.all(
    jpegs.map(async (jpeg) => {
      const { data, info } = await openUntrusted(jpeg, { strictness: 'none', pixelsMax: false })
        .raw()
        .toBuffer({ resolveWithObject: true });
      const pixels = openPixels(data, { width: info.width, height: info.height, channels: 3 });
      return (format === 'png' ? pixels.png() : pixels.webp({ quality: QUALITY })).toBuffer();
    }),
  );
}

/** Times all candidates on all sets in turn, round after round; the median of the rounds counts. */
export async function timeCandidates(
  candidates: readonly Candidate[],
  sets: readonly ImageSet[],
  { rounds, size, onRound }: { readonly rounds: number; readonly size: number; readonly onRound: () => void },
): Promise<Speeds> {
  const times = new Map(candidates.map((candidate) => [candidate, sets.map((): number[] => [])]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [candidate, bySet] of times) {
      for (const [at, { images }] of sets.entries()) bySet[at]?.push(await cpuMsPerImage(candidate, images, size));
    }
    onRound();
  }
  return new Map([...times].map(([candidate, bySet]) => [candidate, bySet.map((ms) => rounded(median(ms)))]));
}

async function cpuMsPerImage(candidate: Candidate, images: readonly BenchImage[], size: number): Promise<number> {
  const before = process.cpuUsage();
  for (const image of images) await candidate.view(image, size);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / images.length;
}
