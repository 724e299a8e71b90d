import { drawSample, type SampleSide } from '#imaging/draw-samples.js';
import { Random } from '#imaging/samples/random.js';

import { BYTE_MUTATIONS } from './byte-mutations.js';
import { FORMAT_MUTATIONS } from './format-mutations.js';
import { GIF_BOMBS } from './gif-bombs.js';
import { JPEG_BOMBS } from './jpeg-bombs.js';
import type { Mutation } from './mutation.js';
import { OTHER_BOMBS } from './other-bombs.js';
import { PNG_BOMBS } from './png-bombs.js';

/** A file to upload, and what was done to it. */
export interface HostileFile {
  readonly name: string;
  readonly bytes: Buffer;
}

const SEED_SPACING = 10_000_019;
/** Each kind of drawn picture twice; small, so that ten thousand of them are made in seconds. */
const PICTURES = 34;
const SIDE: SampleSide = { width: 320, height: 240 };
/** One of so many files is a bomb. */
const BOMB_EVERY = 100;
/** How many of the others are broken twice. */
const TWICE_SHARE = 0.25;
const BOMBS = [...PNG_BOMBS, ...GIF_BOMBS, ...JPEG_BOMBS, ...OTHER_BOMBS];
const MUTATIONS = [...BYTE_MUTATIONS, ...FORMAT_MUTATIONS];

/** An endless series of hostile files, made when they are asked for. The same seed gives the same files. */
export class HostileFiles {
  private constructor(
    private readonly pictures: readonly HostileFile[],
    private readonly bombs: readonly HostileFile[],
    private readonly seed: number,
  ) {}

  /** Draws the pictures and makes the bombs. */
  static async prepare(seed: number, signal: AbortSignal): Promise<HostileFiles> {
    const pictures: HostileFile[] = [];
    for (let index = 0; index < PICTURES; index += 1) {
      signal.throwIfAborted();
      pictures.push(await drawSample(index, SIDE));
    }
    const bombs: HostileFile[] = [];
    for (const { name, make } of BOMBS) {
      signal.throwIfAborted();
      bombs.push({ name, bytes: await make() });
    }
    return new HostileFiles(pictures, bombs, seed);
  }

  /** The bombs take turns, and so do pictures and what is done to them; places and values are drawn by lot. */
  at(index: number): HostileFile {
    const random = new Random(this.seed * SEED_SPACING + index);
    const bomb = this.bombs[Math.floor(index / BOMB_EVERY) % this.bombs.length];
    if (index % BOMB_EVERY === BOMB_EVERY - 1 && bomb !== undefined) return bomb;
    const first = mutationAt(index);
    const broken = this.broken(this.picture(random), first, random);
    if (random.next() >= TWICE_SHARE) return broken;
    return this.broken(broken, mutationAt(random.integer(0, MUTATIONS.length - 1)), random);
  }

  private broken(file: HostileFile, { name, apply }: Mutation, random: Random): HostileFile {
    const bytes = apply({ bytes: file.bytes, other: this.picture(random).bytes }, random);
    return { name: `${file.name}, ${name}`, bytes };
  }

  private picture(random: Random): HostileFile {
    const picture = this.pictures[random.integer(0, this.pictures.length - 1)];
    if (picture === undefined) throw new Error('there are no pictures to break');
    return picture;
  }
}

function mutationAt(index: number): Mutation {
  const mutation = MUTATIONS[index % MUTATIONS.length];
  if (mutation === undefined) throw new RangeError(`a mutation's index is a whole number from 0, not ${index}`);
  return mutation;
}
