/**
 * Batch sizes that a process runs: the powers of two up to its largest batch, and that. Every one of them is warmed
 * and timed at start; any other size would be met cold.
 */
export function runSizes(inferenceBatch: number): number[] {
  const sizes: number[] = [];
  for (let size = 1; size < inferenceBatch; size *= 2) sizes.push(size);
  return [...sizes, inferenceBatch];
}

/** The runs that `views` views take, largest first: 7 views at a largest batch of 4 are 4, 2 and 1. */
export function splitIntoRuns(views: number, inferenceBatch: number): number[] {
  const runs: number[] = [];
  let left = views;
  for (const size of runSizes(inferenceBatch).reverse()) {
    while (left >= size) {
      runs.push(size);
      left -= size;
    }
  }
  return runs;
}
