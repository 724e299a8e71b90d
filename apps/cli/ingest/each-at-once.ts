/**
 * Does work on each of some things, so many at a time, in their order.
 *
 * @param most how many at a time
 * @param isOver asked before each: true leaves the rest undone
 * @throws the first error, when everything that was begun has ended; nothing is begun after it
 */
export async function eachAtOnce<T>(
  things: Iterable<T>,
  most: number,
  isOver: () => boolean,
  work: (thing: T) => Promise<void>,
): Promise<void> {
  const left = things[Symbol.iterator]();
  const faults: unknown[] = [];
  const worker = async (): Promise<void> => {
    while (faults.length === 0 && !isOver()) {
      const next = left.next();
      if (next.done === true) return;
      await work(next.value).catch((error: unknown) => faults.push(error));
    }
  };
  await Promise.all(Array.from({ length: most }, worker));
  if (faults.length > 0) throw faults[0];
}
