import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { convertModels } from '#inference/convert/convert-models.js';
import { openManifest, openModel } from '#inference/models/repository.js';
import { createSession, type ModelOutput, type ModelSession } from '#inference/models/session.js';
import { agreementOf } from '#inference/models/variant-agreement.js';
import { viewsOfDrawn } from '../../apps/cli/models/picture-views.js';

const MODEL_ROOT = fileURLToPath(new URL('../../models', import.meta.url));
/** Drawn samples that no variant was calibrated on: those before were. */
const FIRST = 102;
/** Two models in turns: the heavy ones take a tenth of a second a view. */
const LIMIT_MS = 120_000;
/** Of few views one may lie apart; what a wrong scale or a lost activation does is larger by far. */
const DIFFERENCE_MAX = 0.12;
/** The features are means of numbers in 0..6 or so, each rounded to a byte. */
const FEATURE_DIFFERENCE_MAX = 0.5;

describe.each([
  { ref: 'mobilenet_v2_int8/1.0.0', count: 12 },
  { ref: 'inception_v3_int8/1.1.0', count: 4 },
])('$ref against its model', ({ ref, count }) => {
  const sessions: ModelSession[] = [];
  let views: readonly Uint8Array[] = [];
  beforeAll(async () => {
    const { variant, preprocessing } = await openManifest(MODEL_ROOT, ref);
    const refs = [variant?.of ?? '', ref];
    await convertModels(MODEL_ROOT, { only: refs });
    for (const one of refs) sessions.push(await createSession(await openModel(MODEL_ROOT, one), { threads: 1 }));
    ({ views } = await viewsOfDrawn(FIRST, count, preprocessing));
  }, LIMIT_MS);
  afterAll(() => Promise.all(sessions.map((session) => session.close())));

  const answers = async (): Promise<ModelOutput[]> => {
    const outputs: ModelOutput[] = [];
    for (const session of sessions) {
      const rows: ModelOutput = { scores: [], features: [] };
      for (const view of views) {
        const { scores, features = [] } = await session.run([view], { features: true });
        rows.scores.push(...scores);
        rows.features?.push(...features);
      }
      outputs.push(rows);
    }
    return outputs;
  };

  it(
    'answers almost the same of pictures it was not calibrated on',
    async () => {
      const [model, variant] = await answers();
      const rows = model?.scores ?? [];
      const agreement = agreementOf(rows, variant?.scores ?? []);
      expect(agreement.top1).toBeGreaterThan(0.9);
      expect(agreement.max).toBeLessThan(DIFFERENCE_MAX);
      expect(agreementOf(model?.features ?? [], variant?.features ?? []).p95).toBeLessThan(FEATURE_DIFFERENCE_MAX);
      // Pictures that all look alike to the model would prove little; a copy of the model would prove nothing.
      expect(agreementOf(rows.slice(1), rows.slice(0, -1)).max).toBeGreaterThan(0.1);
      expect(agreement.max).toBeGreaterThan(1e-4);
    },
    LIMIT_MS,
  );

  it(
    'answers the same at any batch size',
    async () => {
      const [, variant] = sessions;
      const few = views.slice(0, 3);
      const together = await variant?.run(few);
      const alone: number[][] = [];
      for (const view of few) alone.push(...((await variant?.run([view]))?.scores ?? []));
      expect(together?.scores).toEqual(alone);
    },
    LIMIT_MS,
  );
});
