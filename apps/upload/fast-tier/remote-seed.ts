import { StartRefused } from '#contracts/errors.js';
import type { SeedTime } from '#inference/batching/service-times.js';
import { runSizes } from '#inference/classifier/run-sizes.js';

/**
 * Times a single image and a full batch on another server. As the local plan does, it refuses a batch of several of which
 * twice the time is more than the promise: an arrival may just miss a batch, and waits for it and for its own.
 *
 * @param timeMs p95 of a batch
 * @throws StartRefused naming the largest batch that keeps the promise
 */
export async function remoteSeed(
  { batchMax, sloMs }: { readonly batchMax: number; readonly sloMs: number },
  timeMs: (batch: number) => Promise<number>,
): Promise<SeedTime[]> {
  const single = { batch: 1, p95Ms: await timeMs(1) };
  if (batchMax === 1) return [single];
  const isLegal = (p95Ms: number): boolean => 2 * p95Ms <= sloMs;
  let p95Ms = await timeMs(batchMax);
  // what is refused is timed twice: the machine may have been busy
  if (!isLegal(p95Ms)) p95Ms = Math.min(p95Ms, await timeMs(batchMax));
  if (isLegal(p95Ms)) return [single, { batch: batchMax, p95Ms }];
  const why = `twice its ${ms(p95Ms)} is ${ms(2 * p95Ms)}, more than the promised ${ms(sloMs)}`;
  for (const batch of runSizes(batchMax).reverse().slice(1)) {
    if (batch > 1 && !isLegal(await timeMs(batch))) continue;
    throw new StartRefused(
      `FAST_BATCH_MAX=${batchMax} cannot be served by the inference server: ${why}; the largest legal batch is ${batch}`,
    );
  }
  throw new Error('the run sizes of a batch begin with 1');
}

const ms = (value: number): string => `${value.toFixed(1)} ms`;
