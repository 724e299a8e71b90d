import type { ClassifyOutcome } from '#contracts/classify.js';
import { ClassifierFailed } from '#inference/classifier-errors.js';
import type { ClassifierPool } from '#inference/classifier-pool.js';

/**
 * Classifies a batch. When it fails as a whole it is halved until the item that fails alone is known, so that one
 * poisonous item never costs its neighbours their labels.
 *
 * @returns an outcome or its own failure for every item
 * @throws ClassifierUnavailable, ClassifierOverloaded: nothing was tried
 */
export async function classifyEach<T>(
  pool: Pick<ClassifierPool, 'classify'>,
  items: readonly T[],
  pathOf: (item: T) => string,
): Promise<ReadonlyMap<T, ClassifyOutcome | ClassifierFailed>> {
  try {
    const { outcomes } = await pool.classify(items.map((item) => ({ path: pathOf(item) })));
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
    const found = await classifyEach(pool, first, pathOf);
    return new Map([...found, ...(await classifyEach(pool, second, pathOf))]);
  }
}
