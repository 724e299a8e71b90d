import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { drawSample } from '#imaging/draw-samples.js';
import { listVariants } from '#inference/models/list-variants.js';
import { modelId, openModel } from '#inference/models/repository.js';
import { createSession, type ModelSession } from '#inference/models/session.js';
import { ROOT } from '#service/run-service.js';
import { readSettings } from '#settings/settings.js';

import { progressBar } from '../../progress-bar.js';
import type { BenchContext } from '../bench-context.js';
import type { BenchResult } from '../bench-result.js';
import { timeLooks, TIMED_SIZES } from './look-costs.js';
import { lookAt, type LookedAt } from './look-effects.js';
import { looksResult, type LookedAtSet } from './looks-result.js';
import { makePictures } from './made-pictures.js';

export interface LooksBenchOptions {
  readonly rounds: number;
  readonly variant: 'int8' | 'f32';
  /** A folder with harmless photographs; left out, only drawn pictures are looked at. */
  readonly images?: string;
}

/** Four of each kind. */
const DRAWN = 68;

/** What each look of the heavy model costs, and what it finds. */
export async function benchLooks({ signal, cleanup }: BenchContext, options: LooksBenchOptions): Promise<BenchResult> {
  const { modelRoot, heavy } = readSettings(process.env, ROOT);
  const [int8] = (await listVariants(modelRoot, heavy.model)).slice(-1);
  if (options.variant === 'int8' && int8 === undefined) throw new Error(`${heavy.model} has no int8 variant`);
  const ref = options.variant === 'int8' && int8 !== undefined ? modelId(int8) : heavy.model;
  const session = await createSession(await openModel(modelRoot, ref), { threads: 1 });
  cleanup.defer(() => session.close());
  const folder = await mkdtemp(path.join(tmpdir(), 'portcullis-looks-'));
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));

  const { preprocessing } = session.model.manifest;
  const sets = await pictureSets(folder, preprocessing.size, options.images);
  const bar = progressBar('looks');
  let done = 0;
  const total = TIMED_SIZES * options.rounds + sets.reduce((sum, { files }) => sum + files.length, 0);
  const step = (): void => {
    signal.throwIfAborted();
    bar.show((done += 1), total);
  };
  try {
    const costs = await timeLooks(preprocessing, session, { rounds: options.rounds, onRound: step });
    const seen: LookedAtSet[] = [];
    for (const { files, ...set } of sets) seen.push({ ...set, pictures: await lookAtAll(files, session, step) });
    const withImages = options.images !== undefined;
    return looksResult({ session, costs, sets: seen, ...options, withImages });
  } finally {
    bar.end();
  }
}

interface PictureSet {
  readonly name: string;
  /** They show what a single look misses: told one by one. */
  readonly made: boolean;
  readonly files: readonly string[];
}

async function pictureSets(folder: string, size: number, images: string | undefined): Promise<PictureSet[]> {
  const put = async (name: string, bytes: Uint8Array): Promise<string> => {
    await writeFile(path.join(folder, name), bytes);
    return path.join(folder, name);
  };
  const made: string[] = [];
  for (const { name, png } of await makePictures(size)) made.push(await put(name, png));
  const drawn: string[] = [];
  for (let index = 0; index < DRAWN; index += 1) {
    const { name, bytes } = await drawSample(index);
    drawn.push(await put(name, bytes));
  }
  const entries = images === undefined ? [] : await readdir(images, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  const photographs = names.sort().map((name) => path.join(images ?? '', name));
  return [
    { name: 'made pictures', made: true, files: made },
    ...(images === undefined ? [] : [{ name: 'photographs of the folder', made: false, files: photographs }]),
    { name: 'drawn samples', made: false, files: drawn },
  ];
}

async function lookAtAll(
  files: readonly string[],
  session: ModelSession,
  onPicture: () => void,
): Promise<{ readonly name: string; readonly seen: LookedAt }[]> {
  const pictures: { readonly name: string; readonly seen: LookedAt }[] = [];
  for (const file of files) {
    const seen = await lookAt(file, session);
    if (seen !== undefined) pictures.push({ name: path.basename(file), seen });
    onPicture();
  }
  return pictures;
}
