/** So many processes, each with so many threads. */
export interface Shape {
  readonly workers: number;
  readonly threads: number;
}

/** What the operator has fixed; 0 is left to measuring. */
export interface FixedShape {
  readonly workers: number;
  readonly threads: number;
}

/**
 * The shapes that are worth a measurement on so many cores, the most promising first: threads in powers of two, and
 * for each as many workers as fill the cores and half of these. None takes more cores than there are, unless the
 * operator has fixed it so.
 *
 * @param cores may be a fraction: 1.5 cores run one worker of one thread
 */
export function shapesFor(cores: number, fixed: FixedShape): Shape[] {
  const whole = Math.max(1, Math.floor(cores));
  const shapes = threadCounts(whole, fixed).flatMap((threads) =>
    workerCounts(whole, threads, fixed).map((workers) => ({ workers, threads })),
  );
  // one thread a worker, all cores at work, is the likeliest; fewer workers are only there to be sure
  return shapes.sort((a, b) => busyCores(b) - busyCores(a) || a.threads - b.threads);
}

function threadCounts(whole: number, { workers, threads }: FixedShape): number[] {
  if (threads > 0) return [threads];
  const most = workers > 0 ? Math.max(1, Math.floor(whole / workers)) : whole;
  const counts: number[] = [];
  for (let count = 1; count <= most; count *= 2) counts.push(count);
  return counts;
}

function workerCounts(whole: number, threads: number, { workers }: FixedShape): number[] {
  if (workers > 0) return [workers];
  const full = Math.max(1, Math.floor(whole / threads));
  return [...new Set([full, Math.max(1, Math.floor(full / 2))])];
}

const busyCores = ({ workers, threads }: Shape): number => workers * threads;
