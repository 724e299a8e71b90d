import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { convertModels } from '#inference/convert/convert-models.js';
import { openModel } from '#inference/models/repository.js';
import { createSession } from '#inference/models/session.js';
import { generatedImage } from './generated-image.js';
import { REFERENCE_MS_MAX, referenceScores } from './reference.js';

const MODEL_ROOT = fileURLToPath(new URL('../../models', import.meta.url));
/** Float32 sums in another order differ in their last bits; a wrong fold or padding moves scores by far more. */
const SCORE_DIFFERENCE_MAX = 1e-5;
const FEATURE_DIFFERENCE_MAX = 1e-4;

describe.each([
  { name: 'mobilenet_v2', count: 8 },
  { name: 'mobilenet_v2_mid', count: 8 },
  { name: 'inception_v3', count: 3 },
])('$name against nsfwjs', ({ name, count }) => {
  it(
    `gives the same scores and features for ${count} images`,
    async () => {
      await convertModels(MODEL_ROOT, { only: [name] });
      const model = await openModel(MODEL_ROOT, `${name}/1.0.0`);
      const { input, source, classes } = model.manifest;
      const images = Array.from({ length: count }, (_, seed) => generatedImage(input.size, input.size, seed));
      const reference = await referenceScores(source.kind === 'npm' ? source.model : '', input.size, images);
      const session = await createSession(model, { threads: 1 });
      const { scores, features } = await session.run(images, { features: true });
      await session.close();

      expect(classes).toEqual(reference.classes);
      expect(largestDifference(scores, reference.scores)).toBeLessThanOrEqual(SCORE_DIFFERENCE_MAX);
      expect(largestDifference(features ?? [], reference.features)).toBeLessThanOrEqual(FEATURE_DIFFERENCE_MAX);
      // Images that all look alike to the model would prove little.
      expect(largestDifference(scores.slice(1), scores.slice(0, -1))).toBeGreaterThan(0.1);
    },
    REFERENCE_MS_MAX,
  );
});

/** Over all rows, which must have the same lengths; NaN when a value is missing. */
function largestDifference(ours: readonly (readonly number[])[], theirs: readonly (readonly number[])[]): number {
  expect(ours.map((row) => row.length)).toEqual(theirs.map((row) => row.length));
  const rows = ours.map((row, index) =>
    Math.max(...row.map((value, at) => Math.abs(value - (theirs[index]?.[at] ?? NaN)))),
  );
  return Math.max(...rows);
}
