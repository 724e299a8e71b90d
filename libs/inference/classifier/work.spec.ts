import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CostlyImage, ImageRejection, PreparedImage, PrepareWants } from '#contracts/prepared-image.js';
import { PrepareFailed } from './prepare.js';
import { RunLane } from './run-lane.js';
import { ClassifierWork, type WorkOptions } from './work.js';
import type { ModelSession } from '../models/session.js';

const facts = { mediaType: 'image/gif', width: 1, height: 1, frames: 1, alpha: false, degraded: [] } as const;
const recipe = { size: 1, resize: 'bilinear-align-corners', framesScoredMax: 4, backgrounds: ['white'] } as const;
const rejection: ImageRejection = { kind: 'rejected', code: 'undecodable', detail: 'is noise' };

/** An image named `<value>x<views>` has so many views of one pixel of that value; its score is value / 255. */
function imageOf(path: string): PreparedImage | ImageRejection {
  if (path === 'noise') return rejection;
  if (path === 'missing') throw Object.assign(new Error('ENOENT: missing'), { code: 'ENOENT' });
  const [value = 0, views = 1] = path.split('x').map(Number);
  return {
    kind: 'prepared',
    facts,
    views: Array.from({ length: views }, () => Uint8Array.of(value)),
    viewNames: Array.from({ length: views }, (_, frame) => ({ look: 'reference', frame })),
    perceptual: null,
  };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Work on such images, and a record of what went on in it. */
function recorded({ session, ...options }: Partial<WorkOptions> & { readonly session?: Pick<ModelSession, 'run'> }) {
  const seen = { runs: [] as number[], decodingMost: 0, running: 0, runningMost: 0, heldMost: 0 };
  let decoding = 0;
  let held = 0;
  const work = new ClassifierWork({
    inferenceBatch: 4,
    decodeAhead: 2,
    recipe,
    prepare: async (path) => {
      decoding += 1;
      seen.decodingMost = Math.max(seen.decodingMost, decoding);
      for (let turns = path.length % 3; turns >= 0; turns -= 1) await turn();
      decoding -= 1;
      const image = imageOf(path);
      held += image.kind === 'prepared' ? image.views.length : 0;
      seen.heldMost = Math.max(seen.heldMost, held);
      return image;
    },
    runs: new RunLane(
      session ?? {
        run: async (views) => {
          seen.runs.push(views.length);
          seen.running += 1;
          seen.runningMost = Math.max(seen.runningMost, seen.running);
          await turn();
          seen.running -= 1;
          held -= views.length;
          return { scores: views.map((view) => [(view[0] ?? 0) / 255]) };
        },
      },
    ),
    ...options,
  });
  const classify = (paths: readonly string[]) => work.classify({ paths, perceptual: false });
  return { work: { classify }, seen };
}

const scoresOf = (outcomes: readonly { kind: string }[]) =>
  outcomes.map((outcome) => ('views' in outcome ? outcome.views : outcome.kind));

describe('work of a classifier process', () => {
  it('answers in order, with all views of each image', async () => {
    const { work, seen } = recorded({});
    const outcomes = await work.classify(['0x1', '51x3', 'noise', '255x2']);
    expect(scoresOf(outcomes)).toEqual([[[0]], [[0.2], [0.2], [0.2]], 'rejected', [[1], [1]]]);
    expect(seen.runs).toEqual([4, 2]);
  });

  it('puts back what takes too long to decode, and goes on with the rest', async () => {
    const costly: CostlyImage = { kind: 'costly', mediaType: 'image/avif', decodeMs: 900 };
    const wanted: (PrepareWants | undefined)[] = [];
    const prepare: WorkOptions['prepare'] = (path, _recipe, wants) => {
      wanted.push(wants);
      return Promise.resolve(path === 'huge' ? costly : imageOf(path));
    };
    const runs = new RunLane({ run: (views) => Promise.resolve({ scores: views.map(() => [1]) }) });
    const work = new ClassifierWork({ inferenceBatch: 4, decodeAhead: 2, recipe, prepare, runs });
    const outcomes = await work.classify({ paths: ['0x1', 'huge', '0x2'], perceptual: true, decodeMsMax: 60 });
    expect(scoresOf(outcomes)).toEqual([[[1]], 'costly', [[1], [1]]]);
    expect(outcomes[1]).toEqual(costly);
    expect(wanted).toEqual(Array.from({ length: 3 }, () => ({ perceptual: true, decodeMsMax: 60 })));
  });

  it('splits an image that has more views than a batch, and gives it its share of the time', async () => {
    const { work, seen } = recorded({});
    const [outcome] = await work.classify(['51x7']);
    expect(seen.runs).toEqual([4, 2, 1]);
    expect(outcome).toMatchObject({ kind: 'scored', facts });
    if (outcome?.kind !== 'scored') throw new Error('not scored');
    expect(outcome.views).toHaveLength(7);
    expect(outcome.inferenceMs).toBeGreaterThan(0);
    expect(outcome.decodeMs).toBeGreaterThan(0);
  });

  it('never decodes more at once than it may, never runs twice at once, and ends', async () => {
    const image = fc.constantFrom('1x1', '2x5', '30x9', 'noise', '200x2');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(image, { maxLength: 6 }), { maxLength: 3 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 3 }),
        async (calls, inferenceBatch, decodeAhead) => {
          const { work, seen } = recorded({ inferenceBatch, decodeAhead });
          const answers = await Promise.all(calls.map((paths) => work.classify(paths)));
          const expected = calls.map((paths) => paths.map((path) => imageOf(path)));
          expect(
            answers.map((outcomes) =>
              outcomes.map((outcome) => (outcome.kind === 'scored' ? outcome.views.length : 0)),
            ),
          ).toEqual(expected.map((images) => images.map((one) => (one.kind === 'prepared' ? one.views.length : 0))));
          expect(seen.decodingMost).toBeLessThanOrEqual(decodeAhead);
          expect(seen.runningMost).toBeLessThanOrEqual(1);
          // Two batches may wait, and each decode that was under way then may add an image of nine views.
          expect(seen.heldMost).toBeLessThanOrEqual(2 * inferenceBatch + 9 * decodeAhead);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('fails the whole call when bytes cannot be read, and no other call', async () => {
    const { work, seen } = recorded({});
    const failing = work.classify(['1x1', 'missing', '2x9', '3x9', '4x9']);
    const other = work.classify(['255x1']);
    await expect(failing).rejects.toThrow(PrepareFailed);
    await expect(failing).rejects.toMatchObject({ cause: { code: 'ENOENT' } });
    expect(scoresOf(await other)).toEqual([[[1]]]);
    expect(scoresOf(await work.classify(['51x9']))).toEqual([Array.from({ length: 9 }, () => [0.2])]);
    expect(seen.runs.reduce((sum, size) => sum + size, 0)).toBe(10);
  });

  it('takes an image without a view for a fault, never for a clean one', async () => {
    const { work } = recorded({});
    await expect(work.classify(['1x0'])).rejects.toThrow('no view');
  });

  it('passes on what the session throws, and goes on', async () => {
    let broken = true;
    const session = {
      run: (views: readonly Uint8Array[]) =>
        broken ? Promise.reject(new Error('broken')) : Promise.resolve({ scores: views.map(() => [0]) }),
    };
    const { work } = recorded({ session });
    await expect(work.classify(['1x1'])).rejects.toThrow('broken');
    broken = false;
    expect(scoresOf(await work.classify(['1x1']))).toEqual([[[0]]]);
  });
});
