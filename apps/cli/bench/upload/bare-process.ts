import type { ImageLimits } from '#contracts/prepared-image.js';
import { prepareImage } from '#imaging/prepare-image.js';
import { openModel } from '#inference/models/repository.js';
import { createSession } from '#inference/models/session.js';

/** What a process that decodes and infers is told when it starts. */
export interface BareStart {
  readonly modelRoot: string;
  readonly modelRef: string;
  readonly limits: ImageLimits;
}

/** Work for it: files in turn, until the time is over. */
export interface BareOrder {
  readonly paths: readonly string[];
  readonly forMs: number;
}

/** What it did. */
export interface BareDone {
  readonly images: number;
  /** Of all threads of the process. */
  readonly cpuMs: number;
}

/*
 * Decode and inference alone: no HTTP, no database, no second process that asks. What an upload costs is held against
 * this.
 */
const { modelRoot, modelRef, limits } = JSON.parse(process.argv[2] ?? '') as BareStart;
const model = await openModel(modelRoot, modelRef);
const session = await createSession(model, { threads: 1 });

async function classify(path: string): Promise<void> {
  const image = await prepareImage(path, model.manifest.preprocessing, limits);
  if (image.kind === 'rejected') throw new Error(`a photograph was refused: ${image.detail}`);
  await session.run(image.views);
}

process.on('message', (message) => {
  const { paths, forMs } = message as BareOrder;
  void (async () => {
    const endMs = performance.now() + forMs;
    const before = process.cpuUsage();
    let images = 0;
    for (; performance.now() < endMs; images += 1) await classify(paths[images % paths.length] ?? '');
    const { user, system } = process.cpuUsage(before);
    process.send?.({ images, cpuMs: (user + system) / 1_000 } satisfies BareDone);
  })();
});
process.once('disconnect', () => process.exit(0));
process.send?.('ready');
