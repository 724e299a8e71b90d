import type { ClassifyOutcome } from '#contracts/classify.js';
import { ClassifierFailed } from '#inference/classifier/errors.js';
import type { Classifier } from '#inference/classifier/classifier.js';

/**
 * Classifies a batch, perceptual hashes included. When it fails as a whole it is halved until the item that fails alone
 * is known, so that one poisonous item never costs its neighbours their labels.
 *
 * @returns an outcome or its own failure for every item
 * @throws ClassifierUnavailable, ClassifierOverloaded: nothing was tried
 */
export async function classifyEach<T>(
  classifier: Pick<Classifier, 'classify'>,
  items: readonly T[],
  pathOf: (item: T) => string,
): Promise<ReadonlyMap<T, ClassifyOutcome | ClassifierFailed>> {
  if (items.length === 0) return new Map();
  try {
    const paths = items.map((item) => ({ path: pathOf(item) }));
    const { outcomes } = await classifier.classify(paths, { perceptual: true });
    return new Map(
      items.map((item, index) => [
        item,
        outcomes[index] ?? new ClassifierFailed('invalid-output', 'an outcome is missing'),
      ]),
    );
  } catch (error) {
    if (!(error instanceof ClassifierFailed)) throw error;
    if (items.length <= 1) return new Map(items.map((item) => [item, error]));
    const half = Math.ceil(items.length / 2);
    const [first, second] = [items.slice(0, half), items.slice(half)];
    const found = await classifyEach(classifier, first, pathOf);
    return new Map([...found, ...(await classifyEach(classifier, second, pathOf))]);
  }
}
